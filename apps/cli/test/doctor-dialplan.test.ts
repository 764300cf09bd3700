import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { temporaryFolder, type TemporaryFolder } from '@taxinav/testkit';
import { expect, test } from 'vitest';
import { contextsExist } from '../src/doctor/asterisk-files.ts';
import { dialplanContexts, type DialplanLimits } from '../src/doctor/dialplan-contexts.ts';

const wanted = (...contexts: readonly string[]) => new Map(contexts.map((context) => [context, ['north.endpoint']]));

async function files(folder: TemporaryFolder, texts: Readonly<Record<string, string>>): Promise<string> {
  for (const [name, text] of Object.entries(texts)) await writeFile(folder.file(name), text);
  return folder.file('extensions.conf');
}

const lines = (etc: string | undefined, ...contexts: readonly string[]): string =>
  contextsExist(etc, wanted(...contexts))
    .map(({ verdict, detail, remedy = '' }) => `${verdict} ${detail} → ${remedy}`)
    .join('\n');

test('a context of an included file is found, as FreePBX has it', async () => {
  await using folder = await temporaryFolder();
  await files(folder, {
    'extensions.conf':
      '[general]\n#include extensions_override.conf\n#include extensions_additional.conf\n#tryinclude extensions_custom.conf\n',
    'extensions_override.conf': '',
    'extensions_additional.conf': '[from-internal]\n#include "deeper.conf"\n',
    'deeper.conf': '[deep](+) ; added\n',
    'extensions_custom.conf': '[taxinav-out]\r\nexten => _X.,1,NoOp()\r\n',
  });
  expect(lines(folder.path, 'taxinav-out')).toMatch(
    /^ok the context taxinav-out is in \S+extensions\.conf with the 4 files it includes \(north\.endpoint\)/,
  );
  expect(lines(folder.path, 'deep', 'from-internal')).toMatch(/^ok .*\nok /);
  expect(lines(folder.path, 'taxinav-uot')).toMatch(
    /^warn the context taxinav-uot is not in .* → look for it: asterisk -rx "dialplan show taxinav-uot"/,
  );
});

test('wildcards, folders and absolute names are followed; comments, templates and hidden files are not', async () => {
  await using folder = await temporaryFolder();
  await using other = await temporaryFolder();
  await mkdir(folder.file('extensions.d'));
  const file = await files(folder, {
    'extensions.conf': `#include extensions.d/*.conf\n#include <${other.file('far.conf')}>\n; #include commented.conf\n;-- #include commented.conf\n[blocked]\n--;\n[template](!)\n`,
    'extensions.d/one.conf': '[one]',
    'extensions.d/two.conf': '[two](template)',
    'extensions.d/.hidden.conf': '[hidden]',
    'commented.conf': '[commented]',
  });
  await writeFile(other.file('far.conf'), '  [far]\n');
  const { contexts, gaps } = dialplanContexts(file, folder.path);
  expect([[...contexts].toSorted(), gaps]).toEqual([['far', 'one', 'two'], []]);
});

test('a file that includes itself, in whatever way, is read once', async () => {
  await using folder = await temporaryFolder();
  const file = await files(folder, {
    'extensions.conf': '#include other.conf\n#include *.conf\n[a]\n',
    'other.conf': '#include ./extensions.conf\n[b]\n',
  });
  await symlink(folder.path, folder.file('again'));
  await writeFile(folder.file('third.conf'), '#include again/*.conf\n[c]\n');
  const { contexts, gaps, files: read } = dialplanContexts(file, folder.path);
  expect([[...contexts].toSorted(), gaps, read]).toEqual([['a', 'b', 'c'], [], 3]);
});

test.each<[string, DialplanLimits, RegExp]>([
  ['depth', { depth: 2 }, /2\.conf is 2 includes deep$/],
  ['files', { files: 3 }, /^more than 3 files are included$/],
  ['bytes', { bytes: 60 }, /^the files hold more than 60 bytes$/],
])('includes are bounded by %s, and that is said', async (_what, limits, gap) => {
  await using folder = await temporaryFolder();
  const texts = Object.fromEntries(Array.from({ length: 6 }, (_, at) => [`${at}.conf`, `#include ${at + 1}.conf\n[c${at}]\n`]));
  await files(folder, { ...texts, '6.conf': '[last]' });
  const { contexts, gaps } = dialplanContexts(folder.file('0.conf'), folder.path, limits);
  expect(gaps).toEqual([expect.stringMatching(gap)]);
  expect([...contexts]).not.toContain('last');
});

test('what cannot be looked at is said beside a context that is not found', async () => {
  await using folder = await temporaryFolder();
  await mkdir(folder.file('folder.conf'));
  await files(folder, {
    'extensions.conf':
      '#include gone.conf\n#tryinclude gone-too.conf\n#exec "/usr/bin/make-dialplan"\n#include folder.conf\n#tryinclude file/*.conf\n[a]\n',
    file: '',
  });
  const told = lines(folder.path, 'a', 'b');
  expect(told).toMatch(/^ok the context a is in .*\nwarn the context b is not in .*, as far as it can be looked at: /);
  for (const part of [
    'gone.conf is not there',
    '#exec /usr/bin/make-dialplan',
    'folder.conf cannot be read by this user (EISDIR)',
    'and 1 more',
  ])
    expect(told).toContain(part);
  expect(told).not.toContain('gone-too');
  expect(dialplanContexts(folder.file('extensions.conf'), folder.path).gaps).toContainEqual(
    expect.stringMatching(/file cannot be listed by this user \(ENOTDIR\)/),
  );
});

test('a context that cannot be looked for is no ok, and it is said how to look', async () => {
  await using folder = await temporaryFolder();
  expect(lines(folder.file('gone'), 'taxinav-uot')).toMatch(
    /^warn whether there is a context taxinav-uot \(north\.endpoint\) was not checked: \S+ is not there → .*--asterisk-etc.*asterisk -rx "dialplan show taxinav-uot"/,
  );
  await mkdir(folder.file('extensions.conf'));
  expect(lines(folder.path, 'taxinav-uot')).toMatch(
    /^warn .* was not checked: \S+ cannot be read by this user \(EISDIR\) → run this command as root or as Asterisk’s account too, or look: asterisk -rx/,
  );
  expect(lines(undefined, 'taxinav-uot')).toMatch(/^warn .* was not checked: Asterisk is on another machine → there look: asterisk -rx/);
  expect(contextsExist(undefined, new Map())).toEqual([]);
});
