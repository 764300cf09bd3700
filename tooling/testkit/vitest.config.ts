import { defineConfig } from 'vitest/config';
import { vitestConfig } from './vitest.mjs';

export default defineConfig(vitestConfig());
