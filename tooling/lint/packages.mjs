// Holds what would be published to the tools that judge packages: publint and attw, on the packed tarballs.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders = ['packages', 'apps']
  .flatMap((kind) => readdirSync(kind).map((name) => `${kind}/${name}`))
  .filter((folder) => existsSync(`${folder}/package.json`));
const { packageManager } = JSON.parse(readFileSync('package.json', 'utf8'));
const out = mkdtempSync(join(tmpdir(), 'taxinav-pack-'));
let failed = false;
const check = (program, args) => {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status === 0) return;
  failed = true;
  console.error(`${program} ${args.join(' ')}\n${stdout}${stderr}`);
};
try {
  for (const folder of folders) {
    const { name, exports } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    const packed = spawnSync('npx', ['--yes', packageManager, 'pack', '--pack-destination', out], { cwd: folder, encoding: 'utf8' });
    if (packed.status !== 0) {
      console.error(`${name}: cannot be packed\n${packed.stdout}${packed.stderr}`);
      failed = true;
      continue;
    }
    const tarball = join(
      out,
      `${name.slice(1).replace('/', '-')}-${JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')).version}.tgz`,
    );
    check('publint', ['run', tarball, '--strict']);
    // An app has no types to judge; a package's subpaths of JSON and vectors have none either.
    if (exports?.['.'] !== undefined)
      check('attw', [
        tarball,
        '--profile',
        'esm-only',
        '--exclude-entrypoints',
        './vectors/*.json',
        './config.schema.json',
        './openapi.json',
        './package.json',
      ]);
    console.log(`${name}: packed and judged`);
  }
} finally {
  rmSync(out, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
