import { readFileSync } from 'node:fs';
import { isLoopbackHost, type Configuration } from '@taxinav/bridge-contract';
import { AriError, createAriClient, type AriClient } from '@taxinav/telephony/asterisk';
import { systemClock } from '@taxinav/transport';
import { applicationsAreFree } from './application-checks.ts';
import { accountOfAsterisk } from './asterisk-account.ts';
import { contextsExist, sessionsSuffice } from './asterisk-files.ts';
import { firstRequestFailed, requestFailed } from './asterisk-troubles.ts';
import { clocksAgree } from './clock-checks.ts';
import { endpointsExist, localContexts } from './endpoint-checks.ts';
import { fail, ok, warn, type DoctorCheck, type Finding } from './finding.ts';
import { soundsCanBeRead } from './sound-folder-checks.ts';

const check = 'asterisk';
/** The versions that the driver was tried on; an older one lacks parts of ARI. */
const VERSIONS = { tried: 22, oldest: 18 } as const;
/** A channel that nobody has: asking for its end shows whether the account may do anything. */
const NO_CHANNEL = 'taxinav-doctor-no-channel';

/** Modules that the bridge's calls need, by what for. */
const MODULES: Readonly<Record<string, string>> = {
  'res_ari.so': 'ARI',
  'res_ari_channels.so': 'placing calls',
  'res_ari_bridges.so': 'joining calls',
  'res_ari_playbacks.so': 'speaking',
  'res_ari_events.so': 'hearing how calls go',
  'res_ari_endpoints.so': 'this check',
  'res_stasis.so': 'the application',
  'res_stasis_playback.so': 'speaking',
  'app_stasis.so': 'calls that the dialplan hands over',
  'format_wav.so': 'speaking',
};
/** And where the sound comes over HTTP. */
const HTTP_AUDIO_MODULES: Readonly<Record<string, string>> = {
  'res_http_media_cache.so': 'sound over HTTP',
  'res_curl.so': 'sound over HTTP',
};

/** And where a phone is told to pick up by itself: without it that phone's calls fail (`Function PJSIP_HEADER not registered`). */
const AUTO_ANSWER_MODULES: Readonly<Record<string, string>> = { 'res_pjsip_header_funcs.so': 'autoAnswer' };

/** What these checks are told beside the configuration. */
export interface AsteriskCheckOptions {
  /** Folder of Asterisk's own configuration, looked at where it is on this machine. */
  readonly etc: string;
  /** Whether a bridge with this configuration runs: then the applications are its own. */
  readonly bridgeRuns: boolean;
}

/** Everything that ARI can tell before a call is placed; none is. */
export async function asteriskIsFit(configuration: Configuration, options: AsteriskCheckOptions): Promise<readonly Finding[]> {
  const { url, username, audio } = configuration.pbx.asterisk;
  const password = passwordOf(configuration);
  if (password === undefined) return [fail(check, 'its password cannot be read', 'see the line about secrets.')];
  const client = createAriClient({ clock: systemClock, url, username, password });
  let version: string;
  try {
    ({ version } = await client.info());
  } catch (error) {
    if (!(error instanceof AriError)) throw error;
    return firstRequestFailed(error, url);
  }
  const isHere = isLoopbackHost(new URL(url).hostname);
  const checks: readonly DoctorCheck[] = [
    () => accountMayCall(client),
    () => applicationsAreFree(client, configuration, options.bridgeRuns),
    () => modulesAreLoaded(client, neededModules(configuration)),
    () => endpointsExist(client, configuration),
    async () => await Promise.resolve(contextsExist(isHere ? options.etc : undefined, localContexts(configuration))),
    () => clocksAgree(client, Date.now),
    async () => await Promise.resolve(audioReaches(configuration)),
    async () =>
      await Promise.resolve(isHere && audio.kind === 'path' ? soundsCanBeRead(configuration.speech.cache, accountOfAsterisk(url)) : []),
    async () => await Promise.resolve(isHere ? sessionsSuffice(options.etc) : []),
  ];
  const troubled = (error: unknown): readonly Finding[] => {
    if (!(error instanceof AriError)) throw error;
    return requestFailed(error, url);
  };
  const more = await Promise.all(checks.map((one) => one().catch(troubled)));
  return [versionFits(url, version), ...more.flat()];
}

function neededModules({ pbx, columns }: Configuration): Readonly<Record<string, string>> {
  const picksUp = columns.some(
    ({ autoAnswer, operator, operators }) =>
      autoAnswer !== undefined && [operator, ...Object.values(operators)].some((phone) => phone?.startsWith('PJSIP/') === true),
  );
  return {
    ...MODULES,
    ...(pbx.asterisk.audio.kind === 'http' ? HTTP_AUDIO_MODULES : {}),
    ...(picksUp ? AUTO_ANSWER_MODULES : {}),
  };
}

function passwordOf({ pbx }: Configuration): string | undefined {
  const { password, passwordFile } = pbx.asterisk;
  if (passwordFile === undefined) return password;
  try {
    return readFileSync(passwordFile, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function versionFits(url: string, version: string): Finding {
  const major = Number(/^(?:GIT-)?(\d+)/.exec(version)?.[1] ?? Number.NaN);
  const detail = `Asterisk ${version === '' ? 'of unknown version' : version} answers at ${url}`;
  if (Number.isNaN(major) || major >= VERSIONS.oldest) return ok(check, detail);
  return warn(check, detail, `the bridge was tried on ${VERSIONS.tried}; below ${VERSIONS.oldest} parts of ARI are missing: upgrade.`);
}

/** An account of ARI may do everything or only read. */
async function accountMayCall(client: AriClient): Promise<readonly Finding[]> {
  try {
    await client.hangUp(NO_CHANNEL);
  } catch (error) {
    if (!(error instanceof AriError)) throw error;
    if (error.code === 'ARI_NOT_FOUND')
      return [ok(check, 'the account may place calls (ARI knows no lesser right: it may do all that ARI can)')];
    if (error.status === 403)
      return [fail(check, 'the account may only read', 'in ari.conf set read_only=no for it, then: asterisk -rx "module reload res_ari".')];
    throw error;
  }
  return [ok(check, 'the account may place calls')];
}

async function modulesAreLoaded(client: AriClient, needed: Readonly<Record<string, string>>): Promise<readonly Finding[]> {
  const list = await client.get('/asterisk/modules');
  const running = new Set(
    (Array.isArray(list) ? (list as readonly unknown[]) : []).flatMap((each) =>
      typeof each === 'object' && each !== null && 'name' in each && 'status' in each && each.status === 'Running' ? [each.name] : [],
    ),
  );
  const missing = Object.entries(needed).filter(([name]) => !running.has(name));
  if (missing.length === 0) return [ok(check, `all ${Object.keys(needed).length} modules that are needed run`)];
  return missing.map(([name, what]) =>
    fail(check, `the module ${name} does not run (${what})`, `asterisk -rx "module load ${name}", and load it in modules.conf.`),
  );
}

function audioReaches({ pbx }: Configuration): readonly Finding[] {
  const { audio, url } = pbx.asterisk;
  const here = isLoopbackHost(new URL(url).hostname);
  if (audio.kind === 'path' && !here)
    return [
      fail(
        check,
        'Asterisk is on another machine, and pbx.asterisk.audio is path: it would find no sound',
        'set audio: http://ADDRESS:PORT, an address of this machine that Asterisk reaches.',
      ),
    ];
  if (audio.kind === 'http' && !here && isLoopbackHost(audio.address.host))
    return [
      fail(check, `Asterisk is on another machine and cannot reach ${audio.url}`, 'set an address of this machine that Asterisk reaches.'),
    ];
  return [];
}
