// The one vitest configuration of the workspace: siblings are read from their source, worker threads and children too.
const conditions = ['@taxinav/source', 'module', 'node', 'development|production'];

/** @param {import('vitest/config').ViteUserConfig['test']} [test] what a package sets otherwise */
export function vitestConfig(test = {}) {
  return {
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
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
