// Holds the code to the arrows of the house: who may import whom, and that nobody reaches into a sibling by path.
import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** What each room may import of the others, at run time. Development tools come on top: see `ofTests`. */
const arrows = {
  'packages/codec': [],
  'packages/telephony': [],
  'packages/speech': [],
  'packages/bridge-contract': [],
  'packages/transport': ['codec'],
  'packages/notification-tracking': ['codec'],
  'apps/bridge': ['codec', 'transport', 'notification-tracking', 'telephony', 'speech', 'bridge-contract', 'dashboard'],
  'apps/cli': ['codec', 'transport', 'notification-tracking', 'telephony', 'speech', 'bridge-contract'],
  'apps/dashboard': ['bridge-contract'],
  'tooling/bench': ['asterisk', 'testkit', 'codec', 'transport', 'notification-tracking', 'telephony', 'speech', 'bridge-contract'],
  'tooling/fuzz': ['codec'],
  'tooling/oracle': ['asterisk'],
  'tooling/demo': [],
  'tooling/testkit': [],
  'tooling/tsconfig': [],
  'tooling/lint': [],
  'tooling/handbook': [],
  'tooling/asterisk': [],
};
/** What any room may use in its tests and build. */
const ofTests = ['tsconfig', 'testkit', 'asterisk'];
/** Runtime dependencies that only some rooms may have. */
const only = { pino: ['apps/'], zod: ['packages/bridge-contract', 'apps/'] };

const problems = [];
for (const kind of ['packages', 'apps', 'tooling']) {
  for (const entry of readdirSync(join(root, kind), { withFileTypes: true })) {
    const room = `${kind}/${entry.name}`;
    if (!entry.isDirectory()) continue;
    const allowed = arrows[room];
    if (allowed === undefined) {
      problems.push(`${room} is not on the map: add it to tooling/lint/arrows.mjs`);
      continue;
    }
    checkManifest(room, allowed);
    for (const file of sources(join(root, room))) checkImports(room, allowed, file);
  }
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log('arrows: every import follows the house');

function checkManifest(room, allowed) {
  const file = join(root, room, 'package.json');
  if (!existsSync(file)) return;
  const { dependencies = {}, devDependencies = {}, peerDependencies = {} } = JSON.parse(readFileSync(file, 'utf8'));
  for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
    if (name.startsWith('@taxinav/') && !allowed.includes(name.slice(9))) problems.push(`${room}/package.json: may not depend on ${name}`);
    const rooms = only[name];
    if (rooms !== undefined && !rooms.some((prefix) => room.startsWith(prefix)))
      problems.push(`${room}/package.json: ${name} is only for ${rooms.join(', ')}`);
  }
  for (const name of Object.keys(devDependencies))
    if (name.startsWith('@taxinav/') && ![...allowed, ...ofTests].includes(name.slice(9)))
      problems.push(`${room}/package.json: may not use ${name}`);
}

function checkImports(room, allowed, file) {
  const text = readFileSync(file, 'utf8');
  for (const [, specifier] of text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^'\n]+)'/g)) {
    const where = relative(root, file);
    if (specifier.startsWith('.')) {
      const target = relative(join(root, room), resolve(dirname(file), specifier));
      const ours = !target.startsWith(`..${sep}`);
      if (!ours && !room.startsWith('tooling/'))
        problems.push(`${where}: '${specifier}' reaches out of ${room}; import the package by its name`);
    } else if (specifier.startsWith('@taxinav/')) {
      const name = specifier.split('/')[1];
      const own = `${room.split('/')[1]}` === name;
      const inTests = /(\.test\.ts$|\/test\/|vitest\.config\.ts$)/.test(where);
      if (!own && !allowed.includes(name) && !(inTests && ofTests.includes(name))) problems.push(`${where}: may not import ${specifier}`);
    }
  }
}

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (['node_modules', 'dist', '.turbo', '.vitest'].includes(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (/\.(ts|tsx|mjs|js)$/.test(entry.name)) yield path;
  }
}
