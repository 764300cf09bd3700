// Installs Asterisk and SIPp, then runs every test file that needs a real PBX. Its last line is the count.
// The programs that some of them start must be built before.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readResults } from '../../test-results.mjs';
import { installAsterisk, installSipp } from './installation.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const REPORT = join('.vitest', 'asterisk.json');

/** Every test file that asks whether there is a PBX, by the folder of its package. */
function suites() {
  const found = new Map();
  for (const kind of ['packages', 'apps', 'tooling'])
    for (const name of readdirSync(join(root, kind))) {
      const folder = join(kind, name);
      const files = testFiles(join(root, folder)).filter((file) => /(asterisk|sipp)ForTests\(/.test(readFileSync(file, 'utf8')));
      if (files.length > 0) found.set(folder, files);
    }
  return found;
}

function testFiles(folder) {
  const kept = ['src', 'test'].map((part) => join(folder, part)).filter((part) => existsSync(part));
  return kept
    .flatMap((part) => readdirSync(part, { recursive: true }).map((file) => join(part, file)))
    .filter((file) => file.endsWith('.test.ts'));
}

const asterisk = installAsterisk();
if (!asterisk.installed && !asterisk.unavailable) {
  console.error(asterisk.why);
  console.log('0 passed, 1 failed, 0 skipped');
  process.exit(1);
}
const sipp = asterisk.installed ? installSipp() : asterisk;
for (const lacking of new Set([asterisk.why, sipp.why])) if (lacking) console.log(`skipped: ${lacking}`);

const env = {
  ...process.env,
  PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`,
  TAXINAV_ASTERISK: '1',
  ...(asterisk.why ? { TAXINAV_ASTERISK_LACKS: asterisk.why } : {}),
  ...(sipp.why ? { TAXINAV_SIPP_LACKS: sipp.why } : {}),
};
let [passed, failed, skipped] = [0, 0, 0];
for (const [folder, files] of suites()) {
  const cwd = join(root, folder);
  rmSync(join(cwd, REPORT), { force: true });
  const { status } = spawnSync('vitest', ['run', ...files, `--outputFile.json=${REPORT}`], { cwd, env, stdio: 'inherit' });
  const results = readResults(relative(process.cwd(), cwd), REPORT);
  passed += results.passed;
  failed += results.failed;
  skipped += results.skipped;
  if (status !== 0 && results.failed === 0) {
    failed += 1;
    console.log(`failed: ${folder}: exit code ${status}, though every test passed: see above`);
  }
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed === 0 ? 0 : 1);
