import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { temporaryFolder } from '@taxinav/testkit';
import { describe, expect, test } from 'vitest';
import { accountOfAsterisk } from '../src/doctor/asterisk-account.ts';
import { soundsCanBeRead } from '../src/doctor/sound-folder-checks.ts';

const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
/** In the group of what this test makes, and not its owner; and nobody's friend. */
const member = { uid: uid + 70_001, gids: [gid] };
const stranger = { uid: uid + 70_001, gids: [gid + 70_001] };

const SOUND = `ab/${'ab'.padEnd(64, '0')}.wav`;

async function soundFolder({ mode = 0o2750, shelf = 0o2750, sound = 0o640, way = 0o711 } = {}) {
  const folder = await temporaryFolder();
  const sounds = folder.file('speech');
  await mkdir(`${sounds}/ab`, { recursive: true });
  await writeFile(`${sounds}/${SOUND}`, '');
  await chmod(`${sounds}/${SOUND}`, sound);
  await chmod(`${sounds}/ab`, shelf);
  await chmod(sounds, mode);
  await chmod(folder.path, way);
  return { path: sounds, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

const line = (...asked: Parameters<typeof soundsCanBeRead>): string =>
  soundsCanBeRead(...asked)
    .map(({ verdict, detail }) => `${verdict} ${detail}`)
    .join('\n');

describe.skipIf(process.getuid === undefined)('the folder of sounds', () => {
  test.each([
    [
      'as the pages make it',
      {},
      member,
      /^ok Asterisk \(uid \d+, gid \d+\) may read \S+ \(speech\.cache\) and the 1 sounds looked at there$/,
    ],
    ['open to everybody', { mode: 0o755, shelf: 0o755, sound: 0o644, way: 0o755 }, stranger, /^ok /],
    [
      'open to everybody, whoever Asterisk is',
      { mode: 0o755, shelf: 0o755, sound: 0o644, way: 0o755 },
      undefined,
      /^ok everybody may read/,
    ],
    ['of another group', {}, stranger, /^warn Asterisk \(.*\) may not pass \S+speech \(mode 2750\): phones would hear nothing/],
    ['of a group, and Asterisk is not known', {}, undefined, /^warn everybody may not pass \S+speech/],
    ['behind a closed folder', { way: 0o700 }, member, /^warn .* may not pass \S+ \(mode 0700\)/],
    ['passed and not read', { mode: 0o2710 }, member, /^warn .* may not read \S+speech \(mode 2710\)/],
    ['without setgid', { mode: 0o750 }, member, /^warn \S+speech \(speech\.cache\) is not setgid \(mode 0750\)/],
    ['with sounds from before', { sound: 0o600 }, member, /^warn .* may not read 1 of 1 sounds that were looked at, such as \S+\.wav/],
    ['with shelves from before', { shelf: 0o700 }, member, /^warn .* may not read 1 of 1 sounds/],
  ])('%s', async (_what, modes, account, expected) => {
    await using folder = await soundFolder(modes);
    expect(line(folder.path, account)).toMatch(expected);
  });

  test('what to do is what the pages say', async () => {
    await using folder = await soundFolder();
    expect(soundsCanBeRead(folder.path, stranger)[0]?.remedy).toContain(
      `install -d -m 2750 -o ACCOUNT-OF-THE-BRIDGE -g GROUP-OF-ASTERISK ${folder.path}`,
    );
  });

  test('one that is not there is in order only for an Asterisk of the same user, or root', async () => {
    await using folder = await temporaryFolder();
    const gone = folder.file('gone');
    expect(line(gone, { uid: 70_001, gids: [] }, 70_001)).toMatch(/^ok .* is not there yet/);
    expect(line(gone, { uid: 0, gids: [0] }, 70_001)).toMatch(/^ok Asterisk runs as root/);
    expect(line(gone, { uid: 70_002, gids: [] }, 70_001)).toMatch(/^warn .* is not there; /);
    expect(line(gone, undefined, 70_001)).toMatch(/^warn .* is not there; /);
  });
});

describe('who Asterisk runs as', () => {
  const URL_8088 = 'http://127.0.0.1:8088/ari';
  const tcp = (...owners: readonly number[]): string =>
    [
      '  sl  local_address rem_address   st',
      ...owners.map((owner) => `   0: 0100007F:1F98 00000000:0000 0A 00000000:00000000 00:00000000 00000000  ${owner}        0 1 1`),
    ].join('\n');
  const status = (name: string, id: number, group: number, groups: string): string =>
    `Name:\t${name}\nUmask:\t0022\nUid:\t${id}\t${id}\t${id}\t${id}\nGid:\t${group}\t${group}\t${group}\t${group}\nGroups:\t${groups} \n`;

  test.each([
    ['a process of that name', { '1/status': status('asterisk', 110, 115, '115 20'), 'net/tcp': tcp(110) }, { uid: 110, gids: [115, 20] }],
    [
      'the process whose port it is',
      { '1/status': status('asterisk', 110, 115, ''), '2/status': status('asterisk', 111, 116, ''), 'net/tcp': tcp(111) },
      { uid: 111, gids: [116] },
    ],
    [
      'not told where several differ',
      { '1/status': status('asterisk', 110, 115, ''), '2/status': status('asterisk', 111, 116, '') },
      undefined,
    ],
    ['whose port it is, with his group', { '1/status': status('init', 0, 0, ''), 'net/tcp': tcp(110, 110) }, { uid: 110, gids: [115] }],
    ['not told where nothing is seen', { 'net/tcp': '' }, undefined],
  ])('%s', async (_what, proc, expected) => {
    await using folder = await temporaryFolder();
    for (const [name, text] of Object.entries(proc)) {
      await mkdir(folder.file(name.slice(0, name.indexOf('/'))), { recursive: true });
      await writeFile(folder.file(name), text);
    }
    await writeFile(folder.file('passwd'), 'root:x:0:0:root:/root:/bin/sh\nasterisk:x:110:115::/var/lib/asterisk:/bin/false\n');
    expect(accountOfAsterisk(URL_8088, folder.path, folder.file('passwd'))).toEqual(expected);
  });
});
