import { defineConfig } from 'vitest/config';
import { vitestConfig } from '@taxinav/testkit/vitest';

// The suite is pure: files may share a worker and what it has loaded.
export default defineConfig(vitestConfig({ isolate: false }));
