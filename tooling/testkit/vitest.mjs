import { configDefaults } from 'vitest/config';

// The one vitest configuration of the workspace: siblings are read from their source, worker threads and children too.
const conditions = ['@taxinav/source', 'module', 'node', 'development|production'];

const set = (/** @type {string} */ name) => process.env[name] === '1';
/** What takes minutes has a folder and a command of its own. `npm run long` runs everything. */
const left = (/** @type {string} */ folder, /** @type {string} */ name) => (set(name) || set('TAXINAV_LONG') ? [] : [`test/${folder}/**`]);
/** Processes that are killed, starved and frozen: `npm run crash`. */
const crashes = left('crashes', 'TAXINAV_CRASHES');

/** Suites of the package that need a real Asterisk and take minutes: `npm run test:asterisk`. */
export const longOnAsterisk = left('asterisk', 'TAXINAV_ASTERISK');

/**
 * @param {import('vitest/config').ViteUserConfig['test']} [test] what a package sets otherwise; `exclude` is added to what is excluded
 *   everywhere
 */
export function vitestConfig({ exclude = [], ...test } = {}) {
  return {
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
      exclude: [...configDefaults.exclude, ...crashes, ...exclude],
      reporters: ['default', 'json'],
      outputFile: { json: '.vitest/results.json' },
      pool: 'forks',
      execArgv: ['--conditions=@taxinav/source'],
      maxWorkers: 2,
      testTimeout: 60_000,
      hookTimeout: 60_000,
      // A condition that holds at last is no failure on a machine that does other things as well.
      expect: { poll: { timeout: 45_000, interval: 20 } },
      passWithNoTests: false,
      ...test,
    },
  };
}
