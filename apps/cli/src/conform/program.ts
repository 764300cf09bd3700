import { InvalidArgumentError, Option, type Command } from '@commander-js/extra-typings';
import { parsePhoneNumber, type PhoneNumber } from '@taxinav/codec';
import type { RunCommand } from '../run-command.ts';
import * as read from '../option-parsers.ts';

const EXIT_CODES = `
✓ passed, ✗ failed, ? inconclusive, – skipped. must: the document's own words; should: what makes a service robust; tolerance: liberal reading.
Exit codes: 0 no must has failed (--strict: no should either), 1 one has, 2 usage, 4 the program cannot be reached.`;

const REAL_CALLS = `
A call center places a call for nearly every SayText: judge one that is joined to a simulated phone network, or give --number phones of your own.`;

/** One more phone of several. */
function phones(text: string, before: readonly PhoneNumber[] | undefined): readonly PhoneNumber[] {
  return [...(before ?? []), read.phone(text)];
}

/** `DRIVER,PASSENGER`. */
function driverAndPassenger(text: string): readonly [PhoneNumber, PhoneNumber] {
  const [driver, passenger, ...more] = text.split(',').map(parsePhoneNumber);
  if (driver === undefined || passenger === undefined || more.length > 0)
    throw new InvalidArgumentError('Expected two phone numbers such as 0501234567,0671234567.');
  return [driver, passenger];
}

/** `taxinav conform`: judges somebody's program, on either side of the protocol. */
export function addConform(program: Command, run: RunCommand): void {
  const conform = program.command('conform').description('judge a program that speaks the protocol, clause by clause');
  const side = (name: string, description: string) =>
    conform
      .command(name)
      .description(description)
      .argument('[host:port]', 'the program to judge', read.peerAddress)
      .option('--only <id...>', 'only these checks, or groups of checks')
      .option('--list', 'print the checks, and run none', false)
      .option('--strict', 'a failed should makes the exit code 1 too', false)
      .option('--slow', 'also the rules of time: 10 s for a message, 60 s of silence; takes more than a minute', false)
      .option('--timeout <seconds>', 'how long a reaction may take', read.seconds, 5)
      .option('--junit <file>', 'also write the results there as JUnit XML')
      .addOption(new Option('--json', 'print JSON, one object a line').default(false))
      .addHelpText('after', EXIT_CODES);
  side('callcenter', 'play Taxi Navigator against a call center, and judge it')
    .addOption(
      new Option('--status <host:port>', 'where to listen for SayTextStatus; the call center must send them there')
        .argParser(read.listenAddress)
        .default(read.listenAddress('127.0.0.1:6001'), '127.0.0.1:6001'),
    )
    .option('--call <host:port>', 'where to listen for Call; let a call come in meanwhile', read.listenAddress)
    .option('--call-wait <seconds>', 'how long to wait for that call', read.seconds, 30)
    .option('--patience <seconds>', 'how long a notification may take until Done', read.seconds, 45)
    .option('--number <number...>', 'phones that may be called and answer (default: made-up ones, on this machine only)', phones)
    .option('--conference <driver,passenger>', 'phones that may be joined (default: likewise)', driverAndPassenger)
    .option('--busy-number <number>', 'a phone that is busy', read.phone)
    .option('--unanswered-number <number>', 'a phone that nobody answers', read.phone)
    .option('--unreachable-number <number>', 'a phone that is switched off', read.phone)
    .option('--timezone <name>', 'the wall clock of StatusChangedTime', read.timezone, 'Europe/Kyiv')
    .addHelpText('after', REAL_CALLS)
    .action((peer, options) =>
      run(options.json, async (context) => {
        const { conformCallCenter } = await import('../commands/conform.ts');
        return await conformCallCenter(context, { peer, ...options });
      }),
    );
  side('navigator', 'play a call center against Taxi Navigator, and judge it')
    .option('--status <host:port>', 'where it accepts SayTextStatus (default: where it accepts Call)', read.peerAddress)
    .addOption(new Option('--caller-id <number>', 'who calls').argParser(read.phone).default(read.phone('0675040279'), '0675040279'))
    .action((peer, options) =>
      run(options.json, async (context) => {
        const { conformNavigator } = await import('../commands/conform.ts');
        return await conformNavigator(context, { peer, ...options });
      }),
    );
}
