import { defineConfig } from 'vitest/config';
import { vitestConfig } from '@taxinav/testkit/vitest';

// Its tests wait for calls and pauses more than they compute, hence one worker more than elsewhere.
export default defineConfig(vitestConfig({ testTimeout: 180_000, maxWorkers: 3 }));
