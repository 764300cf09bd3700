import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { runHere } from './run-here.ts';

const script = (await runHere(['completion', 'bash'])).stdout;

/** What bash offers at the end of a line. */
async function offered(line: string): Promise<readonly string[]> {
  const words = line.split(' ');
  const ask = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _taxinav; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await promisify(execFile)('bash', ['-c', `${script}\n${ask}`]);
  return stdout.split('\n').filter((word) => word !== '');
}

test.each([
  ['taxinav ', ['send', 'doctor', 'db', 'trace', '--version']],
  ['taxinav se', ['send']],
  ['taxinav db ', ['migrate', 'backup', 'restore', 'verify', 'copy']],
  ['taxinav send call --ca', ['--caller-id', '--car-type']],
  ['taxinav listen --encoding w', ['windows-1251']],
  ['taxinav dialling stop --re', ['--reason']],
])('bash completes %j', async (line, expected) => {
  expect(await offered(line)).toEqual(expect.arrayContaining(expected));
});

test('where a value is wanted that is no choice, bash is left to offer file names', async () => {
  expect(await offered('taxinav db verify --config ')).toEqual([]);
});

test('zsh reads the script of bash, fish has its own', async () => {
  const [zsh, fish] = await Promise.all([runHere(['completion', 'zsh']), runHere(['completion', 'fish'])]);
  expect(zsh.stdout).toMatch(/^#compdef taxinav\nautoload -U \+X bashcompinit/);
  expect(zsh.stdout.endsWith(script)).toBe(true);
  expect(fish.stdout).toContain(`complete -c taxinav -n 'test (__taxinav_path) = "taxinav db"' -f -a verify -d `);
  expect(fish.stdout).toContain(`-l encoding -x -a 'auto utf-8 windows-1251 koi8-u cp866'`);
  expect((await runHere(['completion', 'tcsh'])).code).toBe(2);
});
