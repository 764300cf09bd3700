import type { Subject } from '../measure/subject.ts';
import { SERVERS } from './servers.ts';

/** The process of one server: where it listens, and the processor time it has used, in milliseconds. */
export async function start(argument: unknown): Promise<Subject> {
  const server = SERVERS.find(({ name }) => name === argument);
  if (server === undefined) throw new Error(`no server ${String(argument)}`);
  const port = await server.open();
  return {
    port: () => port,
    cpuMs() {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    },
  };
}
