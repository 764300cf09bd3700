import { asteriskForTests } from '@taxinav/asterisk';
import { describe, expect, test } from 'vitest';
import { ground, holds, IN_TURN, TIMEOUT_MS } from './scenario-ground.ts';

describe.skipIf(!asteriskForTests().installed)('scenarios on Asterisk, one after the other', () => {
  const on = ground();
  test.for(IN_TURN)('$name', { timeout: TIMEOUT_MS }, async (scenario) => {
    await expect(holds(on(), scenario, scenario.id)).resolves.toBeUndefined();
  });
});
