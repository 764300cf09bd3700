import { asteriskInstalled, asteriskRoot, sippInstalled } from './installation.ts';

/** Whether tests that need a program can run; `describe.skipIf(!needed.installed)`. */
export interface NeededForTests {
  readonly installed: boolean;
  /** Why the tests are skipped; printed once as well. */
  readonly why?: string;
}

/**
 * Tests with a real PBX run where it is installed; elsewhere they are skipped, and the reason is printed.
 * With `TAXINAV_ASTERISK=1` a missing PBX is a failure, unless `TAXINAV_ASTERISK_LACKS` says why it cannot be had just now.
 *
 * @throws Error when the PBX was asked for and is not there
 */
export function asteriskForTests(): NeededForTests {
  const remedy = `Asterisk is not installed in ${asteriskRoot()}: run \`npm run test:asterisk\` or \`tooling/asterisk/asterisk install\``;
  return needed(asteriskInstalled(), process.env['TAXINAV_ASTERISK_LACKS'], remedy);
}

/** The same for tests that also need SIPp; `TAXINAV_SIPP_LACKS` says why it cannot be had. */
export function sippForTests(): NeededForTests {
  const asterisk = asteriskForTests();
  if (!asterisk.installed) return asterisk;
  return needed(
    sippInstalled(),
    process.env['TAXINAV_SIPP_LACKS'],
    'SIPp is not installed: run `npm run test:asterisk` as root or install sip-tester',
  );
}

function needed(installed: boolean, lacks: string | undefined, remedy: string): NeededForTests {
  if (installed) return { installed };
  if (process.env['TAXINAV_ASTERISK'] === '1' && lacks === undefined) throw new Error(remedy);
  const why = lacks ?? remedy;
  console.warn(`skipped: ${why}`);
  return { installed, why };
}
