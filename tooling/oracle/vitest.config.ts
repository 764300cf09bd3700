import { defineConfig } from 'vitest/config';
import { longOnAsterisk, vitestConfig } from '@taxinav/testkit/vitest';

// Its tests wait for calls and pauses more than they compute, hence one worker more than elsewhere.
export default defineConfig(vitestConfig({ maxWorkers: 3, exclude: [...longOnAsterisk] }));
