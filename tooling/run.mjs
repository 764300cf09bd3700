// The bootstrap behind `npm start`, `npm test` and their sisters. Plain JavaScript for any Node >= 18: it installs the
// workspace (which carries its own Node) when it changed, then hands over to turbo and the tools of the workspace.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readResults } from './test-results.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);
if (Number(process.versions.node.split('.')[0]) < 18) {
  console.error(`taxinav: Node ${process.versions.node} is too old even to install: Node 18 or newer is needed.`);
  process.exit(1);
}
const packageManager = JSON.parse(readFileSync('package.json', 'utf8')).packageManager;
const workspaceFolders = ['packages', 'apps', 'tooling'].flatMap((folder) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'package.json')))
    .map((entry) => `${folder}/${entry.name}`),
);
const env = {
  ...process.env,
  PATH: join(root, 'node_modules', '.bin') + delimiter + process.env.PATH,
  TURBO_TELEMETRY_DISABLED: '1',
  TURBO_NO_UPDATE_NOTIFIER: '1',
  DO_NOT_TRACK: '1',
  // Every test's worker threads and child processes load the same hundreds of modules: compiled once, a third of the time is saved.
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, 'node_modules', '.cache', 'compiled'),
};

/** Runs a program in the workspace's environment; returns its exit code. */
function run(program, args, more = {}) {
  const result = spawnSync(program, args, { stdio: 'inherit', env, shell: process.platform === 'win32', ...more });
  if (result.error) console.error(`taxinav: ${program} could not be started: ${result.error.message}`);
  return result.status ?? 1;
}
/** Runs a program that goes on until a signal: signals are passed on, and when whoever started us is gone it is ended too. */
function serve(program, args) {
  const child = spawn(program, args, { stdio: 'inherit', env });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGTERM');
  }, 1_000);
  child.once('exit', (code) => {
    clearInterval(watch);
    process.exitCode = code ?? 1;
  });
}
/** Runs a program; its failure ends this one with the same code. */
function must(program, ...args) {
  const code = run(program, args);
  if (code !== 0) process.exit(code);
}
const turbo = (...args) => run('npx', ['--yes', packageManager, 'exec', 'turbo', 'run', ...args]);

function install() {
  const hash = createHash('sha256');
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...workspaceFolders.map((f) => `${f}/package.json`)])
    hash.update(file).update(readFileSync(file));
  const want = hash.digest('hex');
  const stamp = join('node_modules', '.installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === want) return;
  const code = run('npx', ['--yes', packageManager, 'install', '--frozen-lockfile']);
  if (code !== 0) {
    console.error('taxinav: the install failed. If package.json changed, run: npx ' + packageManager + ' install');
    process.exit(code);
  }
  mkdirSync('node_modules', { recursive: true });
  writeFileSync(stamp, want);
  const carried = spawnSync('node', ['--version'], { env, encoding: 'utf8' }).stdout?.trim() ?? '';
  const [major = 0, minor = 0] = carried.slice(1).split('.').map(Number);
  if (major < 22 || (major === 22 && minor < 18)) {
    console.error(
      `taxinav: no Node is carried for ${process.platform}-${process.arch}, and yours is ${carried || process.version}: install Node 22.18 or newer.`,
    );
    process.exit(1);
  }
}

/** The folders whose package has this script. */
const foldersWith = (script) =>
  workspaceFolders.filter((folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).scripts?.[script]);

/** Adds up what the test runs of these folders wrote. */
function summary(folders, report) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const folder of folders) {
    const { passed, failed, skipped } = readResults(folder, join('.vitest', report));
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
  }
  return sum;
}

function test() {
  for (const folder of workspaceFolders) rmSync(join(folder, '.vitest'), { recursive: true, force: true });
  const code = turbo('typecheck', 'test', '--continue', '--concurrency=2', '--output-logs=new-only', '--log-order=grouped');
  close(code, foldersWith('test'), 'results.json');
}

/** Runs the suites that have a script of their own, one package at a time. */
function apart(script) {
  const folders = foldersWith(script);
  for (const folder of folders) rmSync(join(folder, '.vitest', `${script}.json`), { force: true });
  close(turbo(script, '--continue', '--concurrency=1'), folders, `${script}.json`);
}

/** Prints the line that machines read, and ends with a code that agrees with it. */
function close(code, folders, report) {
  const { passed, failed, skipped } = summary(folders, report);
  const failures = failed || (code === 0 ? 0 : 1);
  if (failures > failed) console.log(`failed: exit code ${code}, though every test of ${folders.join(', ')} passed: see above`);
  console.log(`${passed} passed, ${failures} failed, ${skipped} skipped`);
  process.exit(failures === 0 ? 0 : 1);
}

const build = () => turbo('build', '--output-logs=errors-only');
const commands = {
  start() {
    const code = turbo('build', '--filter=@taxinav/bridge...', '--filter=@taxinav/cli...', '--output-logs=errors-only');
    if (code !== 0) process.exit(code);
    serve('node', ['tooling/demo.mjs', ...process.argv.slice(3)]);
  },
  test,
  build: () => process.exit(build()),
  check() {
    must('oxlint', '--type-aware', '--deny-warnings');
    must('oxfmt', '--check');
    must('node', 'tooling/lint/arrows.mjs');
    must('node', 'packages/codec/vectors/clauses.mjs');
    must('knip');
    if (build() !== 0) process.exit(1);
    must('node', 'tooling/lint/packages.mjs');
  },
  format: () => must('oxfmt'),
  long: () => apart('long'),
  crash: () => apart('crash'),
  asterisk() {
    if (build() !== 0) process.exit(1);
    process.exitCode = run('node', ['tooling/asterisk/src/test-all.mjs']);
  },
  bench() {
    if (build() !== 0) process.exit(1);
    process.exitCode = run('node', ['tooling/bench/src/main.ts', ...process.argv.slice(3)]);
  },
  fuzz() {
    const code = turbo('build', '--filter=@taxinav/codec', '--output-logs=errors-only');
    if (code !== 0) process.exit(code);
    process.exitCode = run('node', ['tooling/fuzz/src/main.ts', ...process.argv.slice(3)]);
  },
};

const command = commands[process.argv[2]];
if (!command) {
  console.error(
    `usage: npm start | npm test | npm run ${Object.keys(commands)
      .filter((name) => name !== 'start' && name !== 'test')
      .join(' | npm run ')}`,
  );
  process.exit(2);
}
install();
command();
