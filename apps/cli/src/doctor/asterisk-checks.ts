import { readFileSync } from 'node:fs';
import { isLoopbackHost, type Configuration } from '@taxinav/bridge-contract';
import { AriError, createAriClient, type AriClient } from '@taxinav/telephony/asterisk';
import { systemClock } from '@taxinav/transport';
import { asteriskFilesFit } from './asterisk-files.ts';
import { clocksAgree } from './clock-checks.ts';
import { endpointsExist } from './endpoint-checks.ts';
import { fail, ok, warn, type DoctorCheck, type Finding } from './finding.ts';

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
  try {
    const { version } = await client.info();
    const found = [versionFits(url, version)];
    const needed = audio.kind === 'http' ? { ...MODULES, ...HTTP_AUDIO_MODULES } : MODULES;
    const checks: readonly DoctorCheck[] = [
      () => accountMayCall(client),
      () => applicationsAreFree(client, configuration, options),
      () => modulesAreLoaded(client, needed),
      () => endpointsExist(client, configuration),
      () => clocksAgree(client, Date.now),
      () => Promise.resolve(audioReaches(configuration)),
      () => Promise.resolve(isLoopbackHost(new URL(url).hostname) ? asteriskFilesFit(options.etc, configuration) : []),
    ];
    const more = await Promise.all(checks.map((one) => one().catch(troubled)));
    return [...found, ...more.flat()];
  } catch (error) {
    return troubled(error);
  }
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

function troubled(error: unknown): readonly Finding[] {
  if (!(error instanceof AriError)) throw error;
  switch (error.code) {
    case 'ARI_UNREACHABLE':
    case 'ARI_TIMEOUT':
      return [
        fail(
          check,
          error.message,
          'start Asterisk; in http.conf enabled=yes, bindaddr and bindport as in pbx.asterisk.url; in ari.conf enabled=yes.',
        ),
      ];
    case 'ARI_UNAUTHORIZED':
      return [
        fail(
          check,
          'Asterisk does not accept pbx.asterisk.username and its password',
          'set both as ari.conf has them, then: asterisk -rx "module reload res_ari".',
        ),
      ];
    default:
      return [fail(check, error.message, "see Asterisk's log.")];
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
    if (error.code === 'ARI_UNAUTHORIZED')
      return [fail(check, 'the account may only read', 'in ari.conf set read_only=no for it, then: asterisk -rx "module reload res_ari".')];
    throw error;
  }
  return [ok(check, 'the account may place calls')];
}

async function applicationsAreFree(
  client: AriClient,
  { pbx, database }: Configuration,
  { bridgeRuns }: AsteriskCheckOptions,
): Promise<readonly Finding[]> {
  const { application } = pbx.asterisk;
  const open = new Set((await client.applications()).map(({ name }) => name));
  const ours = [application, `${application}-events`];
  const taken = ours.filter((name) => open.has(name));
  if (bridgeRuns) {
    return taken.length === ours.length
      ? [ok(check, `the applications ${ours.join(' and ')} are open: the bridge's own`)]
      : [
          fail(
            check,
            `a bridge runs, but only ${taken.length} of its applications ${ours.join(' and ')} are open`,
            "see the bridge's log about ARI.",
          ),
        ];
  }
  if (taken.length === 0) return [ok(check, `the applications ${ours.join(' and ')} are free`)];
  const detail = `${taken.join(' and ')} ${taken.length === 1 ? 'is' : 'are'} open: another program holds Asterisk`;
  return database.kind === 'postgres'
    ? [warn(check, detail, 'if that is another bridge on the same database, all is well: it holds the lease.')]
    : [fail(check, detail, 'two bridges would throw each other out: end the other, or choose another pbx.asterisk.application.')];
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
