import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Redactor } from '../../../src/host/redact.ts';

describe('redaction', () => {
  it('hides what looks like a key, whoever wrote it', () => {
    const clean = new Redactor().redact('failed with sk-ant-api03-AAAA_bbbb-cccc, retrying');
    assert.equal(clean, 'failed with [key], retrying');
  });

  it('hides header values', () => {
    const redactor = new Redactor();
    assert.equal(redactor.redact(`{"x-api-key":"abc123","a":1}`), `{"x-api-key":"[key]","a":1}`);
    assert.equal(redactor.redact('Authorization: Bearer abcdef'), 'Authorization: [key]');
  });

  it('hides the very key in use, of whatever form, everywhere in a line', () => {
    const redactor = new Redactor();
    redactor.add('corp-proxy-token-42');
    assert.equal(redactor.redact('corp-proxy-token-42 and corp-proxy-token-42'), '[key] and [key]');
  });

  it('leaves ordinary lines alone', () => {
    const line = 'build: step 3 of 14, risk-free task-force, api-key missing';
    assert.equal(new Redactor().redact(line), line);
  });
});
