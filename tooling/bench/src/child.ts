// A process of its own for one contestant: `node child.ts SUBJECT`, questions and answers by the channel to whoever started it.
import type { Answer, Question, Subject } from './measure/subject.ts';

const subjects: Readonly<Record<string, () => Promise<{ start(argument: unknown): Subject | Promise<Subject> }>>> = {
  decode: () => import('./decode/decode-subject.ts'),
  'unfinished-line': () => import('./decode/unfinished-line-subject.ts'),
  encode: () => import('./encode/encode-subject.ts'),
  server: () => import('./transport/server-subject.ts'),
  ports: () => import('./transport/ports-subject.ts'),
  calls: () => import('./calls/calls-subject.ts'),
  writer: () => import('./accept/writer-subject.ts'),
  'bare-server': () => import('./bridge/bare-server-subject.ts'),
  'tracked-server': () => import('./bridge/tracked-server-subject.ts'),
  navigator: () => import('./bridge/navigator-subject.ts'),
  dispatcher: () => import('./bridge/dispatcher-subject.ts'),
  client: () => import('./transport/client-subject.ts'),
  speech: () => import('./speech/speech-subject.ts'),
};

const name = process.argv[2] ?? '';
const load = subjects[name];
if (load === undefined) throw new Error(`no subject ${JSON.stringify(name)}; there are ${Object.keys(subjects).join(', ')}`);
let subject: Subject = {
  start: async (argument) => {
    subject = await (await load()).start(argument);
  },
};
process.once('disconnect', () => process.exit(0));
process.on('message', (question: Question) => void answer(question));

async function answer({ id, method, argument }: Question): Promise<void> {
  let reply: Answer;
  try {
    reply = { id, value: await subject[method]?.(argument) };
  } catch (error) {
    reply = { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  process.send?.(reply);
}
