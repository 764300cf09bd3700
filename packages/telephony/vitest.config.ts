import { defineConfig } from 'vitest/config';
import { vitestConfig } from '@taxinav/testkit/vitest';

// Scenarios on a real PBX last seconds and wait most of the time.
export default defineConfig(vitestConfig({ maxConcurrency: 12 }));
