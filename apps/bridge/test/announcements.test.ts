import { mkdir, rename, symlink, utimes, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { asteriskForTests, startAsterisk } from '@taxinav/asterisk';
import { writeWav } from '@taxinav/speech';
import { temporaryFolder, type TemporaryFolder } from '@taxinav/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openAnnouncements, type Announcements, type AnnouncementsOptions } from '../src/http/announcements.ts';

const KEY = 'ab'.repeat(32);
const NAME = `/announcements/${KEY}.wav`;
const sound = writeWav(Int16Array.from({ length: 8_000 }, (_, index) => Math.round(9_000 * Math.sin(index / 3))));

async function opened(options: Partial<AnnouncementsOptions> = {}): Promise<{ port: Announcements; folder: TemporaryFolder; url: string }> {
  const folder = await temporaryFolder();
  await mkdir(folder.file('cache/ab'), { recursive: true });
  await writeFile(folder.file(`cache/ab/${KEY}.wav`), sound);
  await writeFile(folder.file('secret.wav'), 'secret');
  await writeFile(folder.file('cache/secret.wav'), 'secret');
  const port = await openAnnouncements({
    listen: { host: '127.0.0.1', port: 0 },
    allow: ['127.0.0.1'],
    folder: folder.file('cache'),
    ...options,
  });
  onTestFinished(async () => {
    await port.close();
    await folder[Symbol.asyncDispose]();
  });
  return { port, folder, url: `http://127.0.0.1:${port.address.port}` };
}

/** Sends bytes as they are; resolves with all that came until the end of the connection, or how it was broken off. */
function raw(port: number, bytes: string, localAddress = '127.0.0.1'): Promise<string> {
  return new Promise((done) => {
    const socket = connect({ host: '127.0.0.1', port, localAddress });
    let received = '';
    socket.on('data', (chunk) => (received += chunk.toString('latin1')));
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    socket.once('end', () => done(received));
    socket.once('close', () => done(received));
    socket.write(bytes);
  });
}

describe('prepared sound', () => {
  test('is served with its type, length and a strong ETag, which must be asked for again', async () => {
    const { port, folder } = await opened();
    const media = port.mediaFor(folder.file(`cache/ab/${KEY}`));
    expect(media).toBe(`sound:http://127.0.0.1:${port.address.port}${NAME}`);
    expect(media.length - 'sound:'.length).toBeGreaterThanOrEqual(60);
    const response = await fetch(media.slice('sound:'.length));
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'audio/wav',
      'content-length': String(sound.length),
      'cache-control': 'must-revalidate',
      etag: expect.stringMatching(/^"[0-9a-f-]+"$/) as string,
    });
    expect(Buffer.from(await response.arrayBuffer()).equals(sound)).toBe(true);
  });

  test('HEAD is the same without the sound; the same ETag is 304, also in a list, weak, or as *', async () => {
    const { url } = await opened();
    const head = await fetch(url + NAME, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, String(sound.length), '']);
    const etag = head.headers.get('etag') ?? '';
    for (const header of [etag, `"other", ${etag}`, `W/${etag}`, '*']) {
      for (const method of ['GET', 'HEAD']) {
        const again = await fetch(url + NAME, { method, headers: { 'if-none-match': header } });
        expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, '']);
      }
    }
    expect((await fetch(url + NAME, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  });

  test('that was used again keeps its ETag, that was made anew has another', async () => {
    const { url, folder } = await opened();
    const etag = async (): Promise<string | null> => (await fetch(url + NAME, { method: 'HEAD' })).headers.get('etag');
    const before = await etag();
    await utimes(folder.file(`cache/ab/${KEY}.wav`), 1, 1);
    expect(await etag()).toBe(before);
    await writeFile(folder.file('new'), sound);
    await rename(folder.file('new'), folder.file(`cache/ab/${KEY}.wav`));
    expect(await etag()).not.toBe(before);
  });

  test('is addressed by the public URL where one is configured', async () => {
    const { port, folder } = await opened({ publicUrl: 'http://10.0.0.5:8090/' });
    expect(port.mediaFor(folder.file(`cache/ab/${KEY}`))).toBe(`sound:http://10.0.0.5:8090${NAME}`);
  });

  test('of another folder or name has no URL', async () => {
    const { port, folder } = await opened();
    for (const path of [
      `/elsewhere/ab/${KEY}`,
      folder.file(`cache/cd/${KEY}`),
      folder.file('cache/secret'),
      `${folder.file(`cache/ab/${KEY}`)}.wav`,
    ])
      expect(() => port.mediaFor(path)).toThrow(RangeError);
  });
});

describe('nothing else is served', () => {
  test.each([
    '/',
    '/announcements/',
    `/announcements/${KEY}`,
    `/announcements/${KEY.toUpperCase()}.wav`,
    `/announcements/${KEY}.wav?x`,
    `/announcements/${KEY}.wav/`,
    `/announcements/${KEY}.wav%00`,
    `//announcements/${KEY}.wav`,
    `/announcements/../announcements/${KEY}.wav`,
    `/announcements/ab/${KEY}.wav`,
    `/%61nnouncements/${KEY}.wav`,
    `/announcements/%61${KEY.slice(1)}.wav`,
    '/announcements/secret.wav',
    '/announcements/../secret.wav',
    '/announcements/..%2f..%2fsecret.wav',
    '/announcements/%2e%2e/%2e%2e/secret.wav',
    '/announcements/..%252fsecret.wav',
    '/announcements/..\\..\\secret.wav',
    '/announcements/....//....//secret.wav',
    '/announcements/%c0%ae%c0%ae/secret.wav',
    '/etc/passwd',
    `http://elsewhere${NAME}`,
    `/announcements/${'cd'.repeat(32)}.wav`,
  ])('GET %s is 404', async (target) => {
    const { port } = await opened();
    const answer = await raw(port.address.port, `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer).not.toMatch(/secret|root:/);
  });

  test('a link out of the folder, and a folder of the right name, are 404', async () => {
    const { url, folder } = await opened();
    const [link, directory] = ['ac'.repeat(32), 'ad'.repeat(32)];
    await mkdir(folder.file('cache/ac'));
    await symlink(folder.file('secret.wav'), folder.file(`cache/ac/${link}.wav`));
    await mkdir(folder.file(`cache/ad/${directory}.wav`), { recursive: true });
    for (const key of [link, directory]) expect((await fetch(`${url}/announcements/${key}.wav`)).status).toBe(404);
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'PROPFIND'])('%s is 405', async (method) => {
    const { port } = await opened();
    const answer = await raw(port.address.port, `${method} ${NAME} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 405 [^]*\r\nallow: GET, HEAD\r\n/i);
  });

  test('CONNECT, and what is no HTTP, end the connection', async () => {
    const { port } = await opened();
    for (const bytes of ['CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n', 'Message: Dial\r\nTel: 0671234567\r\n\r\n', '\u0016\u0003\u0001'])
      expect(await raw(port.address.port, bytes)).toMatch(/^$|^ECONNRESET$/);
  });
});

describe('limits', () => {
  test('peers that are not allowed are reset before they are read', async () => {
    const { port } = await opened({ allow: ['127.0.0.2', '10.0.0.0/8', '::1'] });
    expect(await raw(port.address.port, `GET ${NAME} HTTP/1.0\r\n\r\n`, '127.0.0.1')).toMatch(/^$|^ECONNRESET$/);
    expect(await raw(port.address.port, `GET ${NAME} HTTP/1.0\r\n\r\n`, '127.0.0.2')).toMatch(/^HTTP\/1\.1 200 /);
  });

  test.each(['pbx.example.com', '10.0.0.0/33', '10.0.0.0/x', ''])('%j in allow is refused', async (entry) => {
    await expect(opened({ allow: [entry] })).rejects.toMatchObject({ name: 'ConfigurationError' });
  });

  test('a port that is taken is refused with the remedy', async () => {
    const { port } = await opened();
    await expect(opened({ listen: port.address })).rejects.toThrow(/EADDRINUSE.*choose another port/);
  });

  test('half a request, and a peer that asks nothing, are ended', async () => {
    const half = `GET ${NAME} HTTP/1.1\r\nHost:`;
    const { port } = await opened({ limits: { requestMs: 300, idleMs: 600 } });
    const { port: patient } = await opened({ limits: { requestMs: 60_000, idleMs: 60_000 } });
    let patienceEnded = false;
    void raw(patient.address.port, half).then(() => (patienceEnded = true));
    await Promise.all(['', half].map((bytes) => raw(port.address.port, bytes)));
    expect(patienceEnded).toBe(false);
  });

  test('connections beyond the limit are dropped, and others go on', async () => {
    const { port, url } = await opened({ limits: { connections: 2 } });
    const holders = [0, 1].map(() => connect(port.address.port, '127.0.0.1'));
    onTestFinished(() => holders.forEach((socket) => socket.destroy()));
    await Promise.all(holders.map((socket) => new Promise((done) => socket.once('connect', done))));
    await expect.poll(() => raw(port.address.port, `GET ${NAME} HTTP/1.0\r\n\r\n`)).toMatch(/^$|^ECONNRESET$/);
    for (const socket of holders) socket.destroy();
    await expect
      .poll(() =>
        fetch(url + NAME).then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200);
  });

  test('a head that is too long is ended', async () => {
    const { port } = await opened();
    const answer = await raw(port.address.port, `GET ${NAME} HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(answer).toMatch(/^$|^ECONNRESET$/);
  });
});

const asterisk = asteriskForTests();

describe.skipIf(!asterisk.installed)('a real Asterisk', () => {
  test('plays it over HTTP: fetched once, then only asked whether it is the same', async () => {
    await using pbx = await startAsterisk();
    const { port, folder } = await opened();
    // What came over the wire, seen by a relay in between.
    const seen: string[] = [];
    await using relay = await recordingRelay(port.address.port, seen);
    const media = port.mediaFor(folder.file(`cache/ab/${KEY}`)).replace(String(port.address.port), String(relay.port));
    const credentials = `api_key=${pbx.username}:${pbx.password}`;
    const events = new WebSocket(`${pbx.ariUrl.replace('http', 'ws')}/events?app=announcements-test&${credentials}`);
    onTestFinished(() => events.close());
    const told: { type: string; playback?: { id: string; state: string } }[] = [];
    events.addEventListener('message', ({ data }) => told.push(JSON.parse(String(data)) as (typeof told)[number]));
    await new Promise((done) => events.addEventListener('open', done));
    const ari = async (path: string): Promise<number> => (await fetch(`${pbx.ariUrl}/${path}&${credentials}`, { method: 'POST' })).status;
    expect(await ari('channels?endpoint=Local/0671234560@subscribers&app=announcements-test&formats=slin&channelId=listener')).toBe(200);
    await expect.poll(() => told.some(({ type }) => type === 'StasisStart')).toBe(true);
    for (const playback of ['first', 'second']) {
      expect(await ari(`channels/listener/play/${playback}?media=${encodeURIComponent(media)}`)).toBe(201);
      const finished = (): string | undefined =>
        told.find((event) => event.type === 'PlaybackFinished' && event.playback?.id === playback)?.playback?.state;
      await expect.poll(finished).toBe('done');
    }
    expect(seen.map((line) => line.split(' ')[0])).toEqual(['GET', '200', 'HEAD', '304']);
  });
});

/** Hands every connection on, and keeps the first word or status of requests and answers. */
async function recordingRelay(to: number, seen: string[]): Promise<AsyncDisposable & { port: number }> {
  const { createServer } = await import('node:net');
  const server = createServer((peer) => {
    const target = connect(to, '127.0.0.1');
    peer.on('data', (chunk) => seen.push(...requestLines(chunk)));
    target.on('data', (chunk) => seen.push(...statuses(chunk)));
    peer.pipe(target).pipe(peer);
    peer.on('error', () => target.destroy());
    target.on('error', () => peer.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  return {
    port,
    [Symbol.asyncDispose]: () => new Promise((done) => server.close(() => done())),
  };
}

function requestLines(chunk: Buffer): string[] {
  return [...chunk.toString('latin1').matchAll(/^(GET|HEAD) \S+ HTTP\/1\.1/gm)].map(([line]) => line);
}

function statuses(chunk: Buffer): string[] {
  return [...chunk.toString('latin1').matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status = '']) => status);
}
