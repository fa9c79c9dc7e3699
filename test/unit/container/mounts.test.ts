import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { after, describe, it } from 'node:test';
import { containerPathOf, resolveMounts } from '../../../src/container/mounts.ts';
import { isSystemPlace } from '../../../src/container/systemPlaces.ts';
import { Failure } from '../../../src/failures.ts';

const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'mounts-')));
after(() => {
  rmSync(root, { recursive: true });
});
const at = (...parts: string[]): string => path.join(root, ...parts);
mkdirSync(at('home'));
mkdirSync(at('data', 'sub, odd: "名"'), { recursive: true });
mkdirSync(at('database'));
mkdirSync(at('run'));
mkdirSync(at('homes', 'user', 'data'), { recursive: true });
execFileSync('mkfifo', [at('pipe')]);
writeFileSync(at('data', 'a.csv'), '');
writeFileSync(at('data', 'sub, odd: "名"', 'b.csv'), '');
writeFileSync(at('database', 'c.csv'), '');
writeFileSync(at('run', 'docker.sock'), '');
symlinkSync(at('data'), at('link'));
symlinkSync(at('database', 'c.csv'), at('data', 'out.csv'));
symlinkSync(at('data', 'a.csv'), at('data', 'in.csv'));

const forbidden = { socketPath: at('run', 'docker.sock'), homeFolder: at('home') };
const refusal = (mounts: Parameters<typeof resolveMounts>[0], homeFolder = forbidden.homeFolder): string => {
  try {
    resolveMounts(mounts, { ...forbidden, homeFolder });
  } catch (error) {
    if (error instanceof Failure && error.code === 'bad-mount') return error.sentence;
    throw error;
  }
  return '';
};

describe('mounts', () => {
  it('resolve symlinks and get their place below /workspace', () => {
    assert.deepEqual(resolveMounts([{ source: at('link'), name: null }], forbidden), [
      { source: at('data'), target: '/workspace' },
    ]);
    assert.deepEqual(
      resolveMounts(
        [
          { source: at('data'), name: 'data' },
          { source: at('data', 'a.csv'), name: 'a.csv' },
        ],
        forbidden,
      ),
      [
        { source: at('data'), target: '/workspace/data' },
        { source: at('data', 'a.csv'), target: '/workspace/a.csv' },
      ],
    );
  });

  it('refuse what is the machine rather than data, and say which folder', () => {
    assert.match(refusal([{ source: '/', name: null }]), /"\/".*system/);
    assert.match(refusal([{ source: '/proc', name: 'proc' }]), /system/);
    assert.match(refusal([{ source: at('home'), name: null }]), /home folder/);
    assert.match(refusal([{ source: at('run'), name: null }]), /Docker socket/);
    assert.match(refusal([{ source: at('run', 'docker.sock'), name: 's' }]), /Docker socket/);
    assert.match(refusal([{ source: root, name: null }]), /Docker socket/);
    assert.match(
      refusal([{ source: path.dirname(root), name: null }]),
      /home folder is inside|Docker socket|system/,
    );
    assert.match(
      refusal([{ source: at('homes'), name: null }], at('homes', 'user')),
      /home folder is inside/,
    );
    assert.match(refusal([{ source: at('pipe'), name: 'pipe' }]), /not an ordinary file or folder/);
    assert.equal(refusal([{ source: at('database'), name: null }]), '');
    assert.equal(refusal([{ source: at('homes', 'user', 'data'), name: null }], at('homes', 'user')), '');
  });

  it('refuse what cannot be mounted as meant', () => {
    assert.match(refusal([{ source: 'data', name: null }]), /absolute/);
    assert.match(refusal([{ source: at('missing'), name: null }]), /does not exist/);
    for (const name of ['', '.', '..', 'a/b', 'a\\b', 'a\0b', 'a\nb']) {
      assert.match(refusal([{ source: at('data'), name }]), /name/, JSON.stringify(name));
    }
    const twins = [
      { source: at('data'), name: 'x' },
      { source: at('database'), name: 'x' },
    ];
    assert.match(refusal(twins), /another folder is called "x"/);
    const nameless = [
      { source: at('data'), name: null },
      { source: at('database'), name: 'x' },
    ];
    assert.match(refusal(nameless), /no name/);
  });
});

describe('places of the system', () => {
  const isPlace = (platform: NodeJS.Platform) => (place: string) => isSystemPlace(place, platform);
  it('are refused with all that is in them, and what only passes through them is not', () => {
    const linux =
      '/ /home /root /usr /var /etc /etc/ssl /proc/1 /sys/fs /dev/disk /boot/efi /run /run/secrets /var/run/x';
    const data =
      '/home/u /root/data /srv/x /mnt/disk /var/www /tmp /run/media/u/stick /dev/shm/x /opt/data /etcetera';
    assert.deepEqual(
      linux.split(' ').filter((place) => !isPlace('linux')(place)),
      [],
    );
    assert.deepEqual(data.split(' ').filter(isPlace('linux')), []);
    for (const place of ['/Users', '/System/x', '/Library', '/Volumes', '/private/var'])
      assert.ok(isPlace('darwin')(place));
    for (const place of ['/Users/u/data', '/Volumes/Disk', '/private/tmp/x', '/private/var/folders/x']) {
      assert.ok(!isPlace('darwin')(place), place);
    }
  });

  it('have other names on Windows', () => {
    const places = [
      'C:\\',
      'd:/',
      'C:\\Windows\\System32',
      'C:\\Program Files\\x',
      'C:\\Users',
      '\\\\.\\pipe\\docker_engine',
    ];
    for (const place of places) assert.ok(isPlace('win32')(place), place);
    for (const place of ['C:\\Users\\u\\data', 'D:\\data', '\\\\server\\share\\data'])
      assert.ok(!isPlace('win32')(place), place);
  });
});

describe('container path of a host file', () => {
  const one = [{ source: at('data'), name: null }];
  const two = [
    { source: at('data'), name: 'data' },
    { source: at('database', 'c.csv'), name: 'c.csv' },
  ];

  it('is below the mount that really holds it', () => {
    assert.equal(containerPathOf(one, at('data', 'a.csv')), '/workspace/a.csv');
    assert.equal(containerPathOf(one, at('data')), '/workspace');
    assert.equal(containerPathOf(one, at('link', 'a.csv')), '/workspace/a.csv');
    assert.equal(
      containerPathOf([{ source: at('link'), name: null }], at('data', 'a.csv')),
      '/workspace/a.csv',
    );
    const odd = at('data', 'sub, odd: "名"', 'b.csv');
    assert.equal(containerPathOf(two, odd), '/workspace/data/sub, odd: "名"/b.csv');
    assert.equal(containerPathOf(two, at('database', 'c.csv')), '/workspace/c.csv');
    assert.equal(containerPathOf(one, at('data', 'in.csv')), '/workspace/a.csv');
  });

  it('is null outside, also when a link or a similar name points there', () => {
    assert.equal(containerPathOf(one, at('database', 'c.csv')), null);
    assert.equal(containerPathOf(one, at('data', 'out.csv')), null);
    assert.equal(containerPathOf(one, at('data', '..', 'database', 'c.csv')), null);
    assert.equal(containerPathOf(one, at('data', 'missing.csv')), null);
  });
});
