export { readmeExamples, runReadmeExample, type ReadmeExample } from './readme-examples.ts';
export { FasterClock } from './faster-clock.ts';
export { FakeClock } from './fake-clock.ts';
export { temporaryFolder, type TemporaryFolder } from './temporary-folder.ts';
export { startHalfOpenProxy, type HalfOpenProxy } from './half-open-proxy.ts';
export { startPeer, type PeerServer } from './peer-server.ts';
export { closesUnread, neverCloses, neverReads, resetsAtFirstByte, resetsAtOnce } from './misbehaviour.ts';
export { connectPeer, type PeerClient } from './peer-client.ts';
export { closedPort, startDeafPort, type DeafPort } from './ports.ts';
