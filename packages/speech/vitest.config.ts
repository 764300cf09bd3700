import { defineConfig } from 'vitest/config';
import { vitestConfig } from '@taxinav/testkit/vitest';

export default defineConfig(vitestConfig());
