import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isLoopbackHost, type Address, type Configuration } from '@taxinav/bridge-contract';
import { createSimulatedPbx, type Clock, type Pbx } from '@taxinav/telephony';
import { createAsteriskPbx } from '@taxinav/telephony/asterisk';
import { ConfigurationError } from './configuration.ts';
import { simulatedSpeech, soundedSpeech, type Speech } from './dialling/speech.ts';
import { openAnnouncements, type Announcements } from './http/announcements.ts';
import type { Logger } from './logging.ts';
import { PbxWarnings } from './pbx-warnings.ts';
import { openSounds, phraseSettings } from './sounds.ts';

/** What opening a PBX needs. */
export interface PbxDriverParts {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  /** Asked before each originate; absent: always. */
  readonly mayOriginate?: () => boolean;
}

/** The PBX that the configuration names, and the speech that goes with it. */
export interface OpenedPbx {
  readonly pbx: Pbx;
  readonly pbxWarnings: PbxWarnings;
  readonly speech: Speech;
  /** After the bridge's stop: ends the voice and what serves its sounds. */
  readonly close: () => Promise<void>;
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
      const sounds = await openSounds(configuration.speech, file, parts);
      try {
        const served = audio.kind === 'http' ? await serveSounds(audio, configuration, file) : undefined;
        const media = served === undefined ? {} : { media: (path: string) => served.mediaFor(path) };
        const pbx = createAsteriskPbx({ ...parts, url, username, password, application, onWarning: pbxWarnings.tell, ...media });
        const close = async (): Promise<void> => {
          await sounds[Symbol.asyncDispose]();
          await served?.close();
        };
        return { pbx, pbxWarnings, speech: soundedSpeech(sounds, configuration.speech), close };
      } catch (error) {
        await sounds[Symbol.asyncDispose]();
        throw error;
      }
    }
    default:
      return driver satisfies never;
  }
}

/** For an Asterisk that cannot read the files of this machine: nobody but it is served. */
async function serveSounds(
  audio: { readonly url: string; readonly address: Address },
  { pbx, speech }: Configuration,
  file: string,
): Promise<Announcements> {
  return await openAnnouncements({
    listen: audio.address,
    publicUrl: audio.url,
    allow: await addressesOfPbx(new URL(pbx.asterisk.url).hostname, audio.address, file),
    folder: speech.cache,
  });
}

/** Where the PBX may ask from. One on this machine comes from the address that it asks. */
async function addressesOfPbx(host: string, own: Address, file: string): Promise<readonly string[]> {
  const bare = host.replace(/^\[|\]$/g, '');
  if (isLoopbackHost(bare)) return ['127.0.0.0/8', '::1', ...(isIP(own.host) === 0 ? [] : [own.host])];
  if (isIP(bare) !== 0) return [bare];
  try {
    return (await lookup(bare, { all: true })).map(({ address }) => address);
  } catch (error) {
    throw new ConfigurationError(
      [
        `${file}: pbx.asterisk.url: ${bare} cannot be looked up, so sound cannot be kept for it alone. Write its address in the place of its name.`,
      ],
      { cause: error },
    );
  }
}
