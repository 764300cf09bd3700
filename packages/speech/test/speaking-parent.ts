// A process that speaks: `node speaking-parent.ts MODULE TIMEOUT_MS TEXT…`; it says what it does, and stays while its input is open.
import { createEspeakEngine } from '../src/engines/espeak.ts';

const [module = '', timeoutMs = '', ...texts] = process.argv.slice(2);
const engine = createEspeakEngine({ module, timeoutMs: Number(timeoutMs) });
process.stdin.resume();
for (const text of texts) {
  const speaking = engine.speak(text, 'uk');
  process.stdout.write(`asked for ${text}\n`);
  await speaking;
}
process.stdout.write('rests\n');
