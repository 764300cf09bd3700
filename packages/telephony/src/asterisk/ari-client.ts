import type { Clock } from '../clock.ts';
import { AriError } from './ari-error.ts';
import { isObject, readAriChannel, type AriChannel } from './ari-events.ts';
import { HttpExchange, type HttpAnswer, type HttpMethod } from './http-exchange.ts';
import { RequestSlots } from './request-slots.ts';
import { untrustedCertificate } from './untrusted-certificate.ts';

/** How an Asterisk is asked. */
export interface AriClientOptions {
  readonly clock: Clock;
  /** Base URL of ARI without a trailing slash: `http://127.0.0.1:8088/ari`. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** How long an answer may take, milliseconds. @defaultValue 5000 */
  readonly timeoutMs?: number;
  /** Requests at once, and so connections; Asterisk allows 100 in all. @defaultValue 10 */
  readonly atOnce?: number;
  /** Requests that wait for one of those; beyond it `ARI_BUSY`. @defaultValue 10,000 */
  readonly waiting?: number;
  /** Whether this process may change what goes on there, asked when such a request is sent; if not, `ARI_NOT_OURS`. @defaultValue always */
  readonly mayChange?: () => boolean;
}

/** What an Asterisk says of itself. */
export interface AriInfo {
  /** `22.10.1`; empty when it is not said. */
  readonly version: string;
  readonly systemName?: string;
}

/** A Stasis application that somebody has opened. */
export interface AriApplication {
  readonly name: string;
  readonly channelIds: readonly string[];
}

/** An endpoint that Asterisk knows. */
export interface AriEndpoint {
  readonly technology: string;
  readonly resource: string;
  /** `online`, `offline`, `unknown`. */
  readonly state: string;
}

/** A bridge of channels. */
export interface AriBridge {
  readonly id: string;
  readonly channelIds: readonly string[];
}

/** A request to call one phone. */
export interface AriOriginate {
  /** Chosen by us, and known to whoever routes events before this is asked. */
  readonly channelId: string;
  readonly endpoint: string;
  readonly application: string;
  readonly callerId?: string;
  /** From the originate to the answer. */
  readonly timeoutSeconds: number;
  readonly variables: Readonly<Record<string, string>>;
}

/** Thin typed requests to ARI. Every method rejects with an `AriError`. */
export interface AriClient {
  /** Whether Asterisk answers and knows the account. */
  ping(): Promise<void>;
  info(): Promise<AriInfo>;
  applications(): Promise<readonly AriApplication[]>;
  endpoints(): Promise<readonly AriEndpoint[]>;
  channels(): Promise<readonly AriChannel[]>;
  bridges(): Promise<readonly AriBridge[]>;
  /** Any other resource, by its path below the base URL with its query: `/asterisk/modules`. */
  get(path: string): Promise<unknown>;
  /** Only these types of events come over the application's websocket; lost with the application. */
  allowEvents(application: string, types: readonly string[]): Promise<void>;
  /** The application hears of these too: `channel:` and `bridge:` are all of their kind; lost with the application. */
  subscribe(application: string, eventSources: readonly string[]): Promise<void>;
  /** The application hears a `ChannelUserevent` of this name. Rejects with `ARI_NOT_FOUND` when no websocket has it open. */
  tellApplication(application: string, eventName: string, fields: Readonly<Record<string, string>>): Promise<void>;
  channel(channelId: string): Promise<AriChannel>;
  /** Calls a phone; the channel enters the application when it answers. */
  originate(request: AriOriginate): Promise<void>;
  /** Makes a channel that is in the application at once and rings nobody before `dial`. */
  create(request: Omit<AriOriginate, 'timeoutSeconds'>): Promise<void>;
  dial(channelId: string, timeoutSeconds: number): Promise<void>;
  hangUp(channelId: string): Promise<void>;
  answer(channelId: string): Promise<void>;
  /** Gives a channel back to the dialplan, where it left it. */
  continueInDialplan(channelId: string): Promise<void>;
  variable(channelId: string, name: string): Promise<string>;
  setVariable(channelId: string, name: string, value: string): Promise<void>;
  /** Plays one after the other as one playback. */
  play(channelId: string, playbackId: string, media: readonly string[]): Promise<void>;
  /** Rejects with `ARI_NOT_FOUND` when it is over. */
  playback(playbackId: string): Promise<void>;
  stopPlayback(playbackId: string): Promise<void>;
  createBridge(bridgeId: string): Promise<void>;
  /** Neither is told who the other is: the numbers of two strangers, and a phone that is called shows the caller ID of its route. */
  addToBridge(bridgeId: string, channelId: string): Promise<void>;
  destroyBridge(bridgeId: string): Promise<void>;
}

/** Opens nothing before it is asked; keeps at most `atOnce` connections, and those for four idle seconds. */
export function createAriClient(options: AriClientOptions): AriClient {
  return new HttpClient(options);
}

/** The header of HTTP's Basic authentication. */
export function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

class HttpClient implements AriClient {
  readonly #options: AriClientOptions;
  readonly #authorization: string;
  readonly #slots: RequestSlots;
  readonly #exchange: HttpExchange;

  constructor(options: AriClientOptions) {
    this.#options = options;
    this.#exchange = new HttpExchange(options.clock, options.timeoutMs ?? 5_000);
    this.#authorization = basicAuthorization(options.username, options.password);
    this.#slots = new RequestSlots(options.atOnce ?? 10, options.waiting ?? 10_000);
  }

  async ping(): Promise<void> {
    await this.#ask('GET', '/asterisk/ping');
  }

  async info(): Promise<AriInfo> {
    const info = await this.#ask('GET', '/asterisk/info');
    if (!isObject(info)) throw unreadable('GET /asterisk/info');
    const system = isObject(info['system']) ? info['system'] : {};
    const config = isObject(info['config']) ? info['config'] : {};
    const systemName = text(config['name']);
    return { version: text(system['version']), ...(systemName === '' ? {} : { systemName }) };
  }

  applications(): Promise<readonly AriApplication[]> {
    return this.#list('/applications', (each) => ({ name: text(each['name']), channelIds: texts(each['channel_ids']) }));
  }

  endpoints(): Promise<readonly AriEndpoint[]> {
    return this.#list('/endpoints', (each) => ({
      technology: text(each['technology']),
      resource: text(each['resource']),
      state: text(each['state']),
    }));
  }

  channels(): Promise<readonly AriChannel[]> {
    return this.#list('/channels', readAriChannel);
  }

  bridges(): Promise<readonly AriBridge[]> {
    return this.#list('/bridges', (each) => ({ id: text(each['id']), channelIds: texts(each['channels']) }));
  }

  get(path: string): Promise<unknown> {
    return this.#ask('GET', path);
  }

  async allowEvents(application: string, types: readonly string[]): Promise<void> {
    const allowed = types.map((type) => ({ type }));
    await this.#ask('PUT', `/applications/${encodeURIComponent(application)}/eventFilter`, { allowed });
  }

  async subscribe(application: string, eventSources: readonly string[]): Promise<void> {
    await this.#ask('POST', `/applications/${encodeURIComponent(application)}/subscription`, { eventSource: eventSources });
  }

  async tellApplication(application: string, eventName: string, fields: Readonly<Record<string, string>>): Promise<void> {
    const query = new URLSearchParams({ application });
    await this.#ask('POST', `/events/user/${encodeURIComponent(eventName)}?${query.toString()}`, { variables: fields });
  }

  async channel(channelId: string): Promise<AriChannel> {
    const channel = readAriChannel(await this.#ask('GET', channelPath(channelId)));
    if (channel === undefined) throw unreadable('GET /channels/…');
    return channel;
  }

  async originate(request: AriOriginate): Promise<void> {
    // In the body, so that no phone number stands in a URL, which Asterisk's log and proxies keep.
    await this.#change('POST', '/channels', { ...creation(request), timeout: request.timeoutSeconds });
  }

  async create(request: Omit<AriOriginate, 'timeoutSeconds'>): Promise<void> {
    const { callerId, variables, ...rest } = request;
    // It has no callerId, and silently ignores one. What a called phone is shown is the line that its channel is connected to.
    const shown = callerId === undefined ? {} : { 'CONNECTEDLINE(num,i)': callerId };
    await this.#change('POST', '/channels/create', creation({ ...rest, variables: { ...variables, ...shown } }));
  }

  async dial(channelId: string, timeoutSeconds: number): Promise<void> {
    await this.#change('POST', `${channelPath(channelId)}/dial`, { timeout: timeoutSeconds });
  }

  async hangUp(channelId: string): Promise<void> {
    await this.#change('DELETE', channelPath(channelId));
  }

  async answer(channelId: string): Promise<void> {
    await this.#change('POST', `${channelPath(channelId)}/answer`);
  }

  async continueInDialplan(channelId: string): Promise<void> {
    // Whoever has the PBX now would do the same, and until he does the caller waits in silence.
    await this.#ask('POST', `${channelPath(channelId)}/continue`);
  }

  async variable(channelId: string, name: string): Promise<string> {
    const answer = await this.#ask('GET', `${channelPath(channelId)}/variable?variable=${encodeURIComponent(name)}`);
    return isObject(answer) ? text(answer['value']) : '';
  }

  async setVariable(channelId: string, name: string, value: string): Promise<void> {
    await this.#change('POST', `${channelPath(channelId)}/variable`, { variable: name, value });
  }

  async play(channelId: string, playbackId: string, media: readonly string[]): Promise<void> {
    await this.#change('POST', `${channelPath(channelId)}/play/${encodeURIComponent(playbackId)}`, { media });
  }

  async playback(playbackId: string): Promise<void> {
    await this.#ask('GET', `/playbacks/${encodeURIComponent(playbackId)}`);
  }

  async stopPlayback(playbackId: string): Promise<void> {
    await this.#change('DELETE', `/playbacks/${encodeURIComponent(playbackId)}`);
  }

  async createBridge(bridgeId: string): Promise<void> {
    // dtmf_events: keys are told whatever way Asterisk finds to join the two.
    await this.#change('POST', bridgePath(bridgeId), { type: 'mixing,dtmf_events' });
  }

  async addToBridge(bridgeId: string, channelId: string): Promise<void> {
    await this.#change('POST', `${bridgePath(bridgeId)}/addChannel`, { channel: channelId, inhibitConnectedLineUpdates: true });
  }

  async destroyBridge(bridgeId: string): Promise<void> {
    await this.#change('DELETE', bridgePath(bridgeId));
  }

  async #list<Item>(path: string, read: (each: Readonly<Record<string, unknown>>) => Item | undefined): Promise<readonly Item[]> {
    const list = await this.#ask('GET', path);
    if (!Array.isArray(list)) throw unreadable(`GET ${path}`);
    return list.flatMap((each: unknown) => {
      const item = isObject(each) ? read(each) : undefined;
      return item === undefined ? [] : [item];
    });
  }

  #ask(method: HttpMethod, path: string, body?: object): Promise<unknown> {
    return this.#slots.run(() => this.#send(method, path, body));
  }

  /** What phones notice. */
  #change(method: HttpMethod, path: string, body?: object): Promise<unknown> {
    return this.#slots.run(() => {
      // Not before its turn: it may have waited.
      if (this.#options.mayChange?.() === false) {
        throw new AriError('ARI_NOT_OURS', `${method} ${path}: not sent, since another process may use this Asterisk now.`);
      }
      return this.#send(method, path, body);
    });
  }

  async #send(method: HttpMethod, path: string, body: object | undefined): Promise<unknown> {
    const what = `${method} ${path.replace(/\?.*/s, '')}`;
    let reply: HttpAnswer | 'late';
    try {
      reply = await this.#exchange.ask(method, `${this.#options.url}${path}`, this.#authorization, body);
    } catch (cause) {
      throw new AriError('ARI_UNREACHABLE', `${what}: ${unreached(cause)}`, { cause });
    }
    if (reply === 'late') {
      const { timeoutMs = 5_000 } = this.#options;
      throw new AriError('ARI_TIMEOUT', `${what}: no answer within ${timeoutMs} ms; is Asterisk overloaded or frozen?`);
    }
    const { status, text: answer } = reply;
    if (status >= 300 && status < 400) throw unreadable(what, status);
    if (status >= 400) throw refusal(what, status, answer);
    if (answer === '') return undefined;
    try {
      return JSON.parse(answer) as unknown;
    } catch (cause) {
      throw new AriError('ARI_UNREADABLE', `${what}: the answer is not JSON; is this URL really Asterisk's ARI?`, { cause, status });
    }
  }
}

function unreached(cause: unknown): string {
  const code = untrustedCertificate(cause);
  if (code !== undefined)
    return `the certificate of Asterisk's HTTP server is not trusted (${code}); name its authority in NODE_EXTRA_CA_CERTS.`;
  return `no connection to Asterisk's HTTP server; does it run, and is the URL right?`;
}

function creation(request: Omit<AriOriginate, 'timeoutSeconds'>): object {
  return {
    endpoint: request.endpoint,
    app: request.application,
    channelId: request.channelId,
    // Without it a Local channel runs in the best of all formats, at nine times the work.
    formats: 'slin',
    ...(request.callerId === undefined ? {} : { callerId: request.callerId }),
    variables: request.variables,
  };
}

function refusal(what: string, status: number, answer: string): AriError {
  // Asterisk repeats endpoints, and they hold numbers.
  const said = answer
    .slice(0, 200)
    .replaceAll(/\d{7,}/g, '…')
    .replaceAll(/\s+/g, ' ');
  const [code, remedy] = meaningOf(status);
  return new AriError(code, `${what}: Asterisk answered ${status} ${said}`.trimEnd() + `; ${remedy}`, { status });
}

function meaningOf(status: number): readonly [AriError['code'], string] {
  if (status === 401) return ['ARI_UNAUTHORIZED', 'check user and password in ari.conf.'];
  if (status === 403) return ['ARI_UNAUTHORIZED', 'check read_only of the account, and permit and deny, in ari.conf.'];
  if (status === 404) return ['ARI_NOT_FOUND', 'it is gone or never was.'];
  if (status === 409) return ['ARI_CONFLICT', 'the id is taken or the channel is in no state for it.'];
  if (status >= 500) return ['ARI_FAILED', 'check the endpoint and the log of Asterisk.'];
  return ['ARI_REFUSED', 'check the log of Asterisk.'];
}

function unreadable(what: string, status = 200): AriError {
  return new AriError('ARI_UNREADABLE', `${what}: not what ARI answers; is this URL really Asterisk's ARI?`, { status });
}

function channelPath(channelId: string): string {
  return `/channels/${encodeURIComponent(channelId)}`;
}

function bridgePath(bridgeId: string): string {
  return `/bridges/${encodeURIComponent(bridgeId)}`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}
