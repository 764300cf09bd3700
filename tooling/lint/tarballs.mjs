// Installs each package's tarball alone, as a user would, and runs its README's examples on the oldest and on the carried Node.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { arch, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readmeExamples } from '../testkit/src/readme-examples.ts';

const nodes = ['22.18.0', '24.21.0'];
const { packageManager } = JSON.parse(readFileSync('package.json', 'utf8'));
const out = mkdtempSync(join(tmpdir(), 'taxinav-tarballs-'));
let passed = 0;
let failed = 0;
const run = (program, args, cwd) => spawnSync(program, args, { cwd, encoding: 'utf8', timeout: 240_000 });
const verdict = (what, fine, details = '') => {
  if (fine) passed += 1;
  else failed += 1;
  console.log(`${fine ? 'ok    ' : 'FAILED'} ${what}${fine ? '' : `\n${details}`}`);
};

try {
  const packages = ['packages', 'apps']
    .flatMap((kind) => readdirSync(kind).map((name) => `${kind}/${name}`))
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) }))
    .filter(({ manifest }) => manifest.private !== true);
  const tarballs = new Map();
  for (const { folder, manifest } of packages) {
    const packed = run('npx', ['--yes', packageManager, 'pack', '--pack-destination', out], folder);
    verdict(`${manifest.name}: packs`, packed.status === 0, packed.stdout + packed.stderr);
    tarballs.set(manifest.name, resolve(out, `${manifest.name.slice(1).replace('/', '-')}-${manifest.version}.tgz`));
  }
  const binaries = nodes.map((version) => {
    const folder = join(out, `node-${version}`);
    mkdirSync(folder);
    const name = `node-linux-${arch() === 'arm64' ? 'arm64' : 'x64'}`;
    const installed = run('npm', ['install', '--no-audit', '--no-fund', '--silent', '--prefix', folder, `${name}@${version}`], folder);
    verdict(`Node ${version} is there`, installed.status === 0, installed.stderr);
    return { version, node: join(folder, 'node_modules', name, 'bin', 'node') };
  });
  for (const { folder, manifest } of packages) {
    const home = join(out, manifest.name.replace('/', '-'));
    mkdirSync(home);
    const overrides = Object.fromEntries(
      [...tarballs].filter(([name]) => name !== manifest.name).map(([name, file]) => [name, `file:${file}`]),
    );
    writeFileSync(
      join(home, 'package.json'),
      JSON.stringify({
        private: true,
        type: 'module',
        dependencies: { [manifest.name]: `file:${tarballs.get(manifest.name)}`, ...manifest.peerDependencies },
        overrides,
      }),
    );
    const installed = run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--silent'], home);
    verdict(`${manifest.name}: its tarball installs alone`, installed.status === 0, installed.stderr);
    if (installed.status !== 0) continue;
    const examples = readmeExamples(readFileSync(join(folder, 'README.md'), 'utf8'));
    for (const { version, node } of binaries) {
      for (const [name, file] of Object.entries(manifest.bin ?? {})) {
        const { status, stdout, stderr } = run(node, [join('node_modules', manifest.name, file), '--version'], home);
        verdict(
          `${manifest.name}: ${name} --version on Node ${version}`,
          status === 0 && stdout.trim() === manifest.version,
          stdout + stderr,
        );
      }
      for (const { line, code, output } of examples) {
        const file = join(home, `readme-${line}.ts`);
        writeFileSync(file, code);
        const { status, stdout, stderr } = run(node, ['--disable-warning=ExperimentalWarning', file], home);
        verdict(
          `${manifest.name}: README line ${line} on Node ${version}`,
          status === 0 && stdout === output,
          `expected:\n${output}\ngot:\n${stdout}${stderr}`,
        );
      }
    }
  }
} finally {
  rmSync(out, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exit(failed === 0 ? 0 : 1);
