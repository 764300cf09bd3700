import { Option, type Command } from '@commander-js/extra-typings';
import { jsonOption } from './options.ts';
import type { RunCommand } from './run-command.ts';

const DOCTOR = `
ok: in order; warn: it works, but; fail: it will not work. Exit code 0 without a failure, else 1. No call is placed and nothing is written.`;

/** What is tried before passengers are called: the whole set-up, and how a text sounds. */
export function addChecks(program: Command, run: RunCommand): void {
  program
    .command('doctor')
    .description('look at everything a bridge needs, and say what to do')
    .requiredOption('--config <file>', "the bridge's configuration")
    .option('--token <token>', "a token of the HTTP API (default: TAXINAV_TOKEN, else the configuration's)")
    .option('--asterisk-etc <folder>', "Asterisk's own configuration, where this user may read it", '/etc/asterisk')
    .addOption(jsonOption())
    .addHelpText('after', DOCTOR)
    .action((options) =>
      run(options.json, async (context) => {
        const { doctor } = await import('./commands/doctor.ts');
        return await doctor(context, options);
      }),
    );
  program
    .command('say')
    .description('make a text into the sound that a passenger would hear; no call is placed')
    .argument('<text>', 'the text')
    .requiredOption('--out <file>', 'the WAV file: 8 kHz, mono, 16 bit')
    .option('--config <file>', "the bridge's configuration: its phrases, engine and language")
    .addOption(new Option('--language <language>', 'of a text whose letters do not tell').choices(['uk', 'ru'] as const))
    .addOption(new Option('--engine <engine>', 'what speaks').choices(['espeak', 'command', 'none'] as const))
    .option('--command <program...>', 'engine command: program and arguments; the text comes on its standard input')
    .addOption(jsonOption())
    .action((text, options) =>
      run(options.json, async (context) => {
        const { say } = await import('./commands/say.ts');
        return await say(context, { text, ...options });
      }),
    );
}
