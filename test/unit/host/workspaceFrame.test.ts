/** A traceback is written by code: the link in it opens files of the workspace, and nothing else. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { after, before, it } from 'node:test';
import type { HostMount } from '../../../src/container/policy.ts';
import { Failure } from '../../../src/failures.ts';
import { hostFileOf } from '../../../src/host/workspaceFrame.ts';

let root = '';
let one: HostMount[];
let two: HostMount[];
const inProject = (name: string): string => path.join(root, 'project', name);

before(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'frames-'));
  await mkdir(inProject('lib'), { recursive: true });
  await mkdir(path.join(root, 'other'));
  await writeFile(inProject('lib/helpers.py'), 'x = 1\n');
  await writeFile(path.join(root, 'outside.py'), 'secret = 1\n');
  await writeFile(path.join(root, 'other', 'b.py'), 'y = 1\n');
  await symlink(path.join(root, 'outside.py'), inProject('out.py'));
  await symlink(inProject('lib/helpers.py'), inProject('in.py'));
  one = [{ source: path.join(root, 'project'), name: null }];
  two = [
    { source: path.join(root, 'project'), name: 'project' },
    { source: path.join(root, 'other'), name: 'other' },
  ];
});
after(async () => rm(root, { recursive: true, force: true }));

const refused = (mounts: HostMount[], containerPath: string, code = 'not-in-workspace'): void =>
  assert.throws(
    () => hostFileOf(mounts, containerPath),
    (error) => error instanceof Failure && error.code === code,
    containerPath,
  );

it('finds the file, in one folder and in several', () => {
  assert.equal(hostFileOf(one, '/workspace/lib/helpers.py'), inProject('lib/helpers.py'));
  assert.equal(hostFileOf(two, '/workspace/project/lib/helpers.py'), inProject('lib/helpers.py'));
  assert.equal(hostFileOf(two, '/workspace/other/b.py'), path.join(root, 'other', 'b.py'));
  assert.equal(hostFileOf(one, '/workspace/in.py'), inProject('in.py'));
});

it('refuses what lies elsewhere, or leads there', () => {
  refused(one, '/usr/lib/python3/dist-packages/pandas/core/frame.py');
  refused(one, '/workspace/../outside.py');
  refused(one, '/workspace/lib/../../outside.py');
  refused(one, '/workspaces/lib/helpers.py');
  refused(one, '/workspace/out.py');
  refused(one, '/workspace');
  refused(one, '/workspace/lib');
  refused(one, 'lib/helpers.py');
  refused(one, path.join(root, 'outside.py'));
  refused(two, '/workspace/nowhere/b.py');
  refused([], '/workspace/lib/helpers.py');
});

it('says that a file is gone', () => {
  refused(one, '/workspace/lib/gone.py', 'file-gone');
});
