import { Option, type Command } from '@commander-js/extra-typings';
import * as read from '../option-parsers.ts';
import { allowOption, encodingOption, jsonOption, maskOption } from '../options.ts';
import type { RunCommand } from '../run-command.ts';

/** `taxinav record` and `taxinav replay`. */
export function addRecording(program: Command, run: RunCommand): void {
  program
    .command('record')
    .description('stand between two programs, pass everything on, and write what crosses as JSON lines')
    .requiredOption('--listen <host:port>', 'the port to open in place of the other program', read.listenAddress)
    .requiredOption('--to <host:port>', 'the other program', read.peerAddress)
    .option('--out <file>', 'a new file for the recording (default: standard output)')
    .option('--numbers', 'keep phone numbers and every byte, so that it can be replayed', false)
    .option('--max-megabytes <n>', 'record no more than this', read.count, 100)
    .option('--count <n>', 'end after so many messages', read.count)
    .addOption(allowOption())
    .addOption(encodingOption())
    .addOption(jsonOption())
    .action((options) =>
      run(options.json, async (context) => {
        const { recordCommand } = await import('../commands/record.ts');
        return await recordCommand(context, options);
      }),
    );
  program
    .command('replay')
    .description('send one direction of a recording again')
    .argument('<file>', 'what taxinav record has written, with --numbers')
    .requiredOption('--to <host:port>', 'whom to send it to', read.peerAddress)
    .addOption(
      new Option('--direction <direction>', 'in: what came to the recorder; out: what was answered')
        .choices(['in', 'out'] as const)
        .default('in' as const),
    )
    .option('--speed <n>', '1: as it was; 10: ten times as fast; 0: without pauses', read.speed, 1)
    .option('--yes-call-people', 'send SayText, Dial and Conference to another machine too: real phones may ring', false)
    .addOption(maskOption())
    .addOption(jsonOption())
    .action((file, options) =>
      run(options.json, async (context) => {
        const { replayCommand } = await import('../commands/replay.ts');
        return await replayCommand(context, { file, ...options });
      }),
    );
}
