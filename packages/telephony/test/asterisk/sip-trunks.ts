import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { freePorts, startAsterisk, startSipp, type RunningAsterisk, type RunningSipp, type SippOptions } from '@taxinav/asterisk';

/** An Asterisk with several trunks, so that several far ends can be played at once. */
export interface TrunkTrial extends AsyncDisposable {
  readonly asterisk: RunningAsterisk;
  /** A trunk with SIPp at its far end; its name goes behind `@`. */
  open(options: SippOptions): Promise<{ readonly trunk: string; readonly sipp: RunningSipp }>;
  /** A trunk whose far end takes every packet and says nothing. */
  openSilent(): Promise<string>;
  /** A trunk whose far end says nothing and keeps the first INVITE. */
  openListening(): Promise<{ readonly trunk: string; readonly invite: Promise<string> }>;
}

export async function startTrunks(trunks: number): Promise<TrunkTrial> {
  const ports = [...(await freePorts(trunks))];
  const names = new Map(ports.map((port, index) => [port, `trunk${index}`]));
  const endpoints = [...names].map(([port, name]) => endpoint(name, port)).join('\n');
  const contexts = [...names.values()].map(context).join('\n');
  const opened = new AsyncDisposableStack();
  const asterisk = opened.use(await startAsterisk({ extra: { 'pjsip.conf': endpoints, 'extensions.conf': contexts } }));
  const next = (): number => {
    const port = ports.shift();
    if (port === undefined) throw new Error(`All ${trunks} trunks are in use: start with more.`);
    return port;
  };
  const silent = async (): Promise<{ readonly trunk: string; readonly socket: Socket }> => {
    const port = next();
    const socket = opened.adopt(createSocket('udp4'), (open: Socket) => void open.close());
    socket.bind(port, '127.0.0.1');
    await once(socket, 'listening');
    return { trunk: names.get(port) ?? '', socket };
  };
  return {
    asterisk,
    open: async (options) => {
      const trunkPort = next();
      const sipp = opened.use(await startSipp({ sipPort: asterisk.sipPort, trunkPort }, options));
      return { trunk: names.get(trunkPort) ?? '', sipp };
    },
    openSilent: async () => (await silent()).trunk,
    openListening: async () => {
      const { trunk, socket } = await silent();
      const invite = Promise.withResolvers<string>();
      socket.on('message', (packet) => {
        const text = packet.toString();
        if (text.startsWith('INVITE ')) invite.resolve(text);
      });
      return { trunk, invite: invite.promise };
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** `Local/NUMBER@to-TRUNK`: the trunk behind a context, as the set-up page has it. */
function context(name: string): string {
  return `
[to-${name}]
exten => _X.,1,Dial(PJSIP/\${EXTEN}@${name},30)
 same => n,Hangup(\${HANGUPCAUSE})
`;
}

function endpoint(name: string, port: number): string {
  return `
[${name}]
type = endpoint
context = incoming
transport = loopback
disallow = all
allow = alaw,ulaw
direct_media = no
media_address = 127.0.0.1
bind_rtp_to_media_address = yes
aors = ${name}

[${name}]
type = aor
contact = sip:127.0.0.1:${port}
`;
}
