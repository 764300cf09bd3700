import type { Configuration } from '@taxinav/bridge-contract';
import { createSimulatedPbx, type Clock, type Pbx } from '@taxinav/telephony';
import { createAsteriskPbx } from '@taxinav/telephony/asterisk';
import { ConfigurationError } from './configuration.ts';
import { simulatedSpeech, soundedSpeech, type Speech } from './dialling/speech.ts';
import type { Logger } from './logging.ts';
import { PbxWarnings } from './pbx-warnings.ts';
import { openSounds, phraseSettings } from './sounds.ts';

/** What opening a PBX needs. */
export interface PbxDriverParts {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
}

/** The PBX that the configuration names, and the speech that goes with it. */
export interface OpenedPbx {
  readonly pbx: Pbx;
  readonly pbxWarnings: PbxWarnings;
  readonly speech: Speech;
  /** After the bridge's stop: ends the voice and what serves its sounds. */
  close(): Promise<void>;
}

/**
 * Makes the driver and its speech; asks the PBX for nothing yet.
 *
 * @throws ConfigurationError for phrases, folders and addresses that cannot be used
 */
export async function openPbx(configuration: Configuration, file: string, parts: PbxDriverParts): Promise<OpenedPbx> {
  const { driver } = configuration.pbx;
  const { clock } = parts;
  const pbxWarnings = new PbxWarnings();
  switch (driver) {
    case 'simulated': {
      const { readings, ringOnly } = configuration.speech;
      const settingsOf = phraseSettings(configuration.speech, file);
      const speech = simulatedSpeech({ readings, ringOnly, settingsOf });
      return { pbx: createSimulatedPbx({ clock }), pbxWarnings, speech, close: () => Promise.resolve() };
    }
    case 'asterisk': {
      const { url, username, password = '', application, audio } = configuration.pbx.asterisk;
      if (audio.kind === 'http')
        throw new ConfigurationError([`${file}: pbx.asterisk.audio: sound is not served over HTTP yet. Write path.`]);
      const sounds = await openSounds(configuration.speech, file, parts);
      const pbx = createAsteriskPbx({ ...parts, url, username, password, application, onWarning: pbxWarnings.tell });
      return {
        pbx,
        pbxWarnings,
        speech: soundedSpeech(sounds, configuration.speech),
        close: async () => await sounds[Symbol.asyncDispose](),
      };
    }
    default:
      return driver satisfies never;
  }
}
