import { configDefaults, defineConfig } from 'vitest/config';
import { vitestConfig } from '@taxinav/testkit/vitest';

// On a real Asterisk they take minutes: `npm run test:asterisk` and `npm run long` have them.
const withAsterisk = process.env['TAXINAV_ASTERISK'] === '1' || process.env['TAXINAV_LONG'] === '1';
const exclude = [...configDefaults.exclude, ...(withAsterisk ? [] : ['test/asterisk/**'])];

// Its tests wait for calls and pauses more than they compute, hence one worker more than elsewhere.
export default defineConfig(vitestConfig({ testTimeout: 60_000, maxWorkers: 3, exclude }));
