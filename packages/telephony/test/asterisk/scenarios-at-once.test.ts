import { asteriskForTests } from '@taxinav/asterisk';
import { describe, expect, test } from 'vitest';
import { ground, holds, AT_ONCE, TIMEOUT_MS } from './scenario-ground.ts';

describe.skipIf(!asteriskForTests().installed).concurrent('scenarios on Asterisk, many at once', () => {
  const on = ground();
  test.for(AT_ONCE)('$name', { timeout: TIMEOUT_MS }, async (scenario) => {
    await expect(holds(on(), scenario, scenario.id)).resolves.toBeUndefined();
  });
});
