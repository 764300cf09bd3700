import type { Configuration } from '@taxinav/bridge-contract';
import { createSimulatedPbx, type Clock, type Pbx } from '@taxinav/telephony';
import { ConfigurationError } from './configuration.ts';
import { simulatedSpeech, type Speech } from './dialling/speech.ts';

/** The PBX that the configuration names, and the speech that goes with it. */
export function createPbx(configuration: Configuration, file: string, clock: Clock): { readonly pbx: Pbx; readonly speech: Speech } {
  const { driver } = configuration.pbx;
  switch (driver) {
    case 'simulated':
      return { pbx: createSimulatedPbx({ clock }), speech: simulatedSpeech() };
    case 'asterisk':
      throw new ConfigurationError([`${file}: pbx.driver: this version has no Asterisk driver yet. Use pbx.driver: simulated.`]);
    default:
      return driver satisfies never;
  }
}
