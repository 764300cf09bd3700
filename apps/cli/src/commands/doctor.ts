import type { ColumnsJson, Configuration } from '@taxinav/bridge-contract';
import { targetOfConfiguration } from '../bridge-client.ts';
import { loadBridgeConfiguration, TOKEN_VARIABLE } from '../bridge-configuration.ts';
import { CliError } from '../cli-error.ts';
import type { CommandContext } from '../command-context.ts';
import { askRunningBridge, knockedInVain } from '../doctor/bridge-checks.ts';
import { zoneIsRight } from '../doctor/clock-checks.ts';
import { databaseOpens, roomIsLeft } from '../doctor/database-checks.ts';
import { fail, ok, type DoctorCheck, type DoctorVerdict, type Finding } from '../doctor/finding.ts';
import { allowListsFit, navigatorAnswers, portsAreFree } from '../doctor/network-checks.ts';
import { secretsAreKept } from '../doctor/secret-checks.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Output, Style } from '../output.ts';
import { visible } from '../visible.ts';

/** What `doctor` is told. */
export interface DoctorOptions {
  readonly config: string;
  readonly token?: string | undefined;
  /** Folder of Asterisk's own configuration. */
  readonly asteriskEtc: string;
}

const STYLE: Readonly<Record<DoctorVerdict, Style>> = { ok: 'green', warn: 'yellow', fail: 'red' };

/** Looks at everything that a bridge needs before it is started, or while it runs: a line each, with what to do. */
export async function doctor({ output, env }: CommandContext, { config, token, asteriskEtc }: DoctorOptions): Promise<ExitCode> {
  const counts: Record<DoctorVerdict, number> = { ok: 0, warn: 0, fail: 0 };
  const tell = (findings: readonly Finding[]): void => {
    for (const finding of findings) {
      counts[finding.verdict] += 1;
      show(finding, output);
    }
  };
  const read = readConfiguration(config, env);
  tell(read.findings);
  if (read.configuration !== undefined) {
    const { configuration, file } = read;
    const target = targetOfConfiguration(configuration, token ?? (env[TOKEN_VARIABLE] === '' ? undefined : env[TOKEN_VARIABLE]));
    const answering = await askRunningBridge(target, configuration.columns);
    const running = answering?.stranger === true ? undefined : answering;
    const checks: readonly DoctorCheck[] = [
      async () =>
        await Promise.resolve(
          answering?.findings ?? [ok('bridge', `none runs at ${target.url}; what only a running one knows is passed over`)],
        ),
      async () => (running === undefined ? await portsAreFree(configuration) : ports(running.columns)),
      () => navigatorAnswers(configuration),
      () => allowListsFit(configuration),
      ...(running === undefined ? [] : [() => knockedInVain(target, running.columns)]),
      () => databaseOpens(config, env),
      () => roomIsLeft(configuration),
      async () => await Promise.resolve(secretsAreKept(file, configuration)),
      async () => await Promise.resolve(zoneIsRight(configuration.timezone, Date.now())),
      ...pbxChecks(configuration, { etc: asteriskEtc, bridgeRuns: running !== undefined }),
      async () => {
        const { speechSpeaks } = await import('../doctor/speech-checks.ts');
        return await speechSpeaks(configuration);
      },
    ];
    // Side by side, told in order.
    for (const findings of checks.map((check) => check().catch(unexpected))) tell(await findings);
  }
  output.talk(`${counts.ok} in order, ${counted(counts.warn, 'warning')}, ${counted(counts.fail, 'failure')}`);
  return counts.fail === 0 ? EXIT.done : EXIT.failed;
}

/** A check that fails itself must not hide the others. */
function unexpected(error: unknown): readonly Finding[] {
  return [fail('doctor', `a check has failed itself: ${error instanceof Error ? error.message : String(error)}`, 'report this.')];
}

function pbxChecks(configuration: Configuration, options: { readonly etc: string; readonly bridgeRuns: boolean }): readonly DoctorCheck[] {
  const { driver } = configuration.pbx;
  switch (driver) {
    case 'simulated':
      return [async () => await Promise.resolve([ok('asterisk', 'pbx.driver is simulated: no phone rings')])];
    case 'asterisk':
      return [
        async () => {
          const { asteriskIsFit } = await import('../doctor/asterisk-checks.ts');
          return await asteriskIsFit(configuration, options);
        },
      ];
    default:
      return driver satisfies never;
  }
}

function readConfiguration(
  config: string,
  env: NodeJS.ProcessEnv,
): { readonly findings: readonly Finding[]; readonly configuration?: Configuration; readonly file: string } {
  const check = 'configuration';
  try {
    const { configuration, file } = loadBridgeConfiguration(config, env);
    const columns = configuration.columns.map(({ id }) => id).join(', ');
    return { findings: [ok(check, `${file} is in order; columns: ${columns}`)], configuration, file };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return {
      findings: error.lines.map((line) => fail(check, line, `correct it; taxinav config check ${config} says the same.`)),
      file: config,
    };
  }
}

/** Of a bridge that runs: that its ports are its own. */
function ports(columns: ColumnsJson | undefined): readonly Finding[] {
  if (columns === undefined) return [];
  return columns.columns.map(({ id, listen, listening }) =>
    listening
      ? ok('ports', `${listen} (${id}.listen) is open: the bridge's own`)
      : fail('ports', `${listen} (${id}.listen) is not open, though the bridge runs`, "see the bridge's log."),
  );
}

function show({ check, verdict, detail, remedy }: Finding, output: Output): void {
  output.record({ check, verdict, detail, ...(remedy !== undefined && { remedy }) }, () => [
    `${output.style(STYLE[verdict], verdict.padEnd(4))}  ${check.padEnd(13)}  ${visible(detail)}`,
    ...(remedy === undefined ? [] : remedy.split('\n').map((line) => `${' '.repeat(21)}${output.style('cyan', '→')} ${visible(line)}`)),
  ]);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
