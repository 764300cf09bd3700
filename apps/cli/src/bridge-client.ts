import { readFileSync } from 'node:fs';
import { formatAddress, isUnspecifiedHost, problemDocumentSchema, type Configuration } from '@taxinav/bridge-contract';
import { loadBridgeConfiguration, TOKEN_VARIABLE } from './bridge-configuration.ts';
import { CliError } from './cli-error.ts';
import { visible } from './visible.ts';

/** Where the bridge's HTTP API is, and as whom it is asked. */
export interface BridgeTarget {
  readonly url: string;
  readonly token: string | undefined;
}

/** How commands are told where the bridge is: one of `http` and `config`. */
export interface BridgeTargetOptions {
  readonly http?: string | undefined;
  readonly config?: string | undefined;
  readonly token?: string | undefined;
}

/** One request. `schema` checks what is answered. */
export interface BridgeRequest<Answer> {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: object;
  readonly schema: { parse(value: unknown): Answer };
}

/** Nobody answers where the bridge should be. */
export class BridgeUnreachable extends CliError {}

/** The bridge has refused a request. */
export class BridgeRefusal extends CliError {
  /** HTTP's. */
  readonly status: number;

  constructor(status: number, lines: readonly string[]) {
    super(status >= 500 ? 'failed' : 'refused', lines);
    this.status = status;
  }
}

/** How long the bridge may take, milliseconds; a popup itself takes up to 3 s. */
const ANSWER_MS = 10_000;

/** @throws CliError `usage` when neither or both are given, `configuration` for a file that is not in order */
export function bridgeTarget({ http, config, token }: BridgeTargetOptions, env: NodeJS.ProcessEnv): BridgeTarget {
  if ((http === undefined) === (config === undefined)) {
    throw new CliError('usage', "give either --http URL or --config FILE, the bridge's configuration.");
  }
  const given = token ?? (env[TOKEN_VARIABLE] === '' ? undefined : env[TOKEN_VARIABLE]);
  if (http !== undefined) return { url: http, token: given };
  return targetOfConfiguration(loadBridgeConfiguration(config ?? '', env).configuration, given);
}

/** The API of the bridge that runs with this configuration, asked with its mightiest token. */
export function targetOfConfiguration({ http }: Configuration, token: string | undefined): BridgeTarget {
  const { host, port } = http.listen;
  const reachable = isUnspecifiedHost(host) ? (host.includes(':') ? '::1' : '127.0.0.1') : host;
  const roles = ['viewer', 'operator', 'admin'];
  const mightiest = http.tokens.toSorted((left, right) => roles.indexOf(right.role) - roles.indexOf(left.role))[0];
  const configured = mightiest?.token ?? (mightiest?.tokenFile === undefined ? undefined : tokenOf(mightiest.tokenFile));
  return { url: `http://${formatAddress({ host: reachable, port })}`, token: token ?? configured };
}

function tokenOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new CliError('configuration', `${file}: the token cannot be read (${code}). Give a token with --token or ${TOKEN_VARIABLE}.`, {
      cause: error,
    });
  }
}

/**
 * Asks the bridge.
 *
 * @throws CliError `refused` for what the bridge refuses, `noAnswer` for silence, `failed` when it cannot be reached or does
 * not speak its own contract
 */
export async function askBridge<Answer>(
  target: BridgeTarget,
  request: BridgeRequest<Answer>,
  answerMs: number = ANSWER_MS,
): Promise<Answer> {
  const { status, body } = await fetched(target, request, answerMs);
  if (status >= 400) throw refusal(target, status, body);
  try {
    return request.schema.parse(body);
  } catch (error) {
    throw new CliError(
      'failed',
      `${target.url}${request.path}: the answer is not what a bridge of this version gives. Is this the bridge?`,
      {
        cause: error,
      },
    );
  }
}

/** Whether the bridge says that it can do its work. */
export async function isReady(target: BridgeTarget): Promise<boolean> {
  try {
    const { status } = await fetched(target, { method: 'GET', path: '/health/ready' }, ANSWER_MS);
    return status === 200;
  } catch (error) {
    if (error instanceof CliError) return false;
    throw error;
  }
}

async function fetched(
  { url, token }: BridgeTarget,
  { method, path, query, body }: Omit<BridgeRequest<unknown>, 'schema'>,
  answerMs: number,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const target = new URL(`${url}${path}`);
  for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) target.searchParams.set(name, value);
  try {
    const response = await fetch(target, {
      method,
      redirect: 'error',
      signal: AbortSignal.timeout(answerMs),
      headers: {
        accept: 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: jsonOrText(text) };
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') {
      throw new CliError('noAnswer', `${url}: the bridge did not answer in ${answerMs / 1_000} s.`, { cause: error });
    }
    throw new BridgeUnreachable(
      'failed',
      `${url}: the bridge cannot be reached (${causeOf(error)}). Start it, or say where it is with --http URL.`,
      {
        cause: error,
      },
    );
  }
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error) return visible('code' in cause ? String(cause.code) : cause.message);
  return visible(error instanceof Error ? error.message : String(error));
}

function refusal({ url }: BridgeTarget, status: number, body: unknown): BridgeRefusal {
  const problem = problemDocumentSchema.safeParse(body);
  const detail =
    typeof body === 'object' && body !== null && 'detail' in body && typeof body.detail === 'string'
      ? body.detail
      : `HTTP status ${status}`;
  const title = problem.success ? `${problem.data.title}. ` : '';
  const candidates = problem.success ? (problem.data.candidates ?? []) : [];
  const errors = problem.success ? (problem.data.errors ?? []) : [];
  return new BridgeRefusal(status, [
    visible(`${url}: ${title}${detail}`),
    ...candidates.map(({ columnId, guid }) => visible(`  --column ${columnId}   (${guid})`)),
    ...errors.map(({ path, message }) => visible(`  ${path}: ${message}`)),
  ]);
}
