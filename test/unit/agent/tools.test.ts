import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sessionTools } from '../../../src/agent/tools.ts';
import { fakeSandbox } from '../../support/fakeSandbox.ts';

const tools = sessionTools({
  kernel: () => fakeSandbox().kernel,
  cellTimeoutMs: 1,
  outputLimitBytes: 1,
  storeArtifacts: async () => Promise.resolve({ stored: [], refused: [] }),
  sessionLog: async () => Promise.resolve([]),
});

describe('the tools of a session', () => {
  it('are three languages, the editor and show_output; only languages are shown as cells', () => {
    assert.deepEqual(
      tools.map(({ spec, language }) => [spec.name, language]),
      [
        ['python', 'python'],
        ['bash', 'bash'],
        ['javascript', 'javascript'],
        ['str_replace_based_edit_tool', null],
        ['show_output', null],
      ],
    );
  });

  for (const { spec } of tools) {
    if (spec.kind !== 'custom') continue;
    it(`${spec.name} has a schema that can be strict: every property required, no others, no bounds`, () => {
      const { type, properties, required, additionalProperties, ...rest } = spec.inputSchema;
      assert.deepEqual([type, additionalProperties, rest], ['object', false, {}]);
      assert.deepEqual(required, Object.keys(properties as object));
      assert.doesNotMatch(
        JSON.stringify(spec.inputSchema),
        /"(?:minimum|maximum|minLength|maxLength|pattern|oneOf|allOf|\$ref|format|default)":/,
      );
    });
  }
});
