import { Argument, Command, Option } from '@commander-js/extra-typings';
import { CliError } from './cli-error.ts';
import { addChecks } from './check-program.ts';
import { SHELLS } from './completion/shells.ts';
import { addConform } from './conform/program.ts';
import { addDatabase } from './database/program.ts';
import * as read from './option-parsers.ts';
import { allowOption, configOption, encodingOption, httpOption, jsonOption, maskOption, tokenOption } from './options.ts';
import { addRecording } from './recording/program.ts';
import type { RunCommand } from './run-command.ts';
import { addUpkeep } from './upkeep-program.ts';

const EXIT_CODES = `
Data on stdout, talk on stderr. Exit codes: 0 done, 1 failed, 2 usage, 3 refused by the peer, 4 no answer in time, 78 bad configuration.`;

const LAST_DIGIT = `
The last digit of NumberToCall decides: 0, 1, 7, 8, 9 Done; 2 Busy; 3 Unanswered; 4, 5 Unreachable; 6 stays Queued, then Canceled.`;

/** Every command and option of `taxinav`; what a command does is imported when it is called. */
export function createProgram(version: string, run: RunCommand): Command {
  const program = new Command('taxinav')
    .description("Taxi Navigator's call-center protocol on the command line")
    .version(version)
    .exitOverride()
    .showHelpAfterError('(taxinav --help lists the commands, taxinav COMMAND --help its options)')
    .showSuggestionAfterError()
    .addHelpText('after', EXIT_CODES);
  addSend(program, run);
  addWire(program, run);
  addRecording(program, run);
  addSimulate(program, run);
  addConform(program, run);
  addNotifications(program, run);
  addChecks(program, run);
  addUpkeep(program, run);
  addDatabase(program, run);
  addConfig(program, run);
  addCompletion(program, run);
  return program;
}

function addSend(program: Command, run: RunCommand): void {
  const send = program.command('send').description('send one message of the protocol and say what the reaction proves');
  const sending = (name: string, description: string) =>
    send
      .command(name)
      .description(description)
      .requiredOption('--to <host:port>', 'the peer', read.peerAddress)
      .option('--wait <seconds>', 'how long to wait for the reaction (default: 2; conference 20)', read.seconds)
      .option('--count <n>', 'how often to send', read.count, 1)
      .option('--keep', 'one connection for all, as long as the peer answers', false)
      .addOption(encodingOption())
      .addOption(maskOption())
      .addOption(jsonOption());
  sending('call', 'a call has come in (to Taxi Navigator)')
    .requiredOption('--caller-id <number>', 'who calls', read.phone)
    .option('--car-type <type>', 'the class of car', read.carType, 'General' as const)
    .action(({ callerId, carType, ...options }) =>
      run(options.json, async (context) => {
        const { sendCommand } = await import('./commands/send.ts');
        return await sendCommand(context, { what: 'call', callerId, carType }, options);
      }),
    );
  sending('dial', 'call this number for the operator (to the bridge)')
    .requiredOption('--tel <number>', 'whom to call', read.phone)
    .action(({ tel, ...options }) =>
      run(options.json, async (context) => {
        const { sendCommand } = await import('./commands/send.ts');
        return await sendCommand(context, { what: 'dial', tel }, options);
      }),
    );
  sending('say', 'call this number and speak a text (to the bridge)')
    .requiredOption('--number <number>', 'whom to call', read.phone)
    .requiredOption('--text <text>', 'what to say')
    .option('--guid <guid>', 'the GUID of the notification, also with --count (default: a new one each)', read.guid)
    .action(({ number, text, guid, ...options }) =>
      run(options.json, async (context) => {
        const { sendCommand } = await import('./commands/send.ts');
        return await sendCommand(context, { what: 'say', number, text, guid }, options);
      }),
    );
  sending('conference', 'join two phones (to the bridge)')
    .requiredOption('--tel1 <number>', "the driver's phone, rung first", read.phone)
    .requiredOption('--tel2 <number>', "the passenger's phone", read.phone)
    .action(({ tel1, tel2, ...options }) =>
      run(options.json, async (context) => {
        const { sendCommand } = await import('./commands/send.ts');
        return await sendCommand(context, { what: 'conference', tel1, tel2 }, options);
      }),
    );
}

function addWire(program: Command, run: RunCommand): void {
  program
    .command('listen')
    .description('print every message, fault and diagnostic that arrives at a port, decoded and raw')
    .option('--port <port>', 'the port to open on 127.0.0.1', read.port)
    .option('--listen <host:port>', 'the address to open instead', read.listenAddress)
    .option('--ack <mode>', 'the answer: ok, none or error:TEXT', read.ackMode, { kind: 'ok' } as const)
    .addOption(allowOption())
    .option('--count <n>', 'end after so many messages and faults', read.count)
    .addOption(encodingOption())
    .addOption(maskOption())
    .addOption(jsonOption())
    .action(({ port, listen, ...options }) =>
      run(options.json, async (context) => {
        if ((port === undefined) === (listen === undefined))
          throw new CliError('usage', 'listen: give either --port N or --listen HOST:PORT.');
        const { listenCommand } = await import('./commands/listen.ts');
        return await listenCommand(context, { ...options, address: listen ?? { host: '127.0.0.1', port: port ?? 0 } });
      }),
    );
  program
    .command('decode')
    .description(
      'print the messages, faults and diagnostics of bytes, or of a .pcap or .pcapng capture; exit code 1 when there was a fault',
    )
    .argument('[file]', 'the file; - or nothing is standard input')
    .option('--hex', 'the input is hexadecimal digits', false)
    .option('--yaml', "of a capture: print its columns as the bridge's configuration has them", false)
    .addOption(encodingOption())
    .addOption(maskOption())
    .addOption(jsonOption())
    .action((file, options) =>
      run(options.json, async (context) => {
        const { decodeCommand } = await import('./commands/decode.ts');
        return await decodeCommand(context, { file, ...options });
      }),
    );
  program
    .command('encode')
    .description('write the bytes of messages that are given as JSON, one object a line on standard input')
    .option('--message <json>', 'a message instead of standard input; may be given several times', read.collected)
    .option('--compact', "an ACK as the reply to a Conference has it: 'Message:ACK'", false)
    .addOption(encodingOption())
    .action(({ message, ...options }) =>
      run(false, async (context) => {
        const { encodeCommand } = await import('./commands/encode.ts');
        return await encodeCommand(context, { messages: message ?? [], ...options });
      }),
    );
}

function addSimulate(program: Command, run: RunCommand): void {
  const simulate = program.command('simulate').description('play Taxi Navigator, a call center, or a call that comes in');
  simulate
    .command('navigator')
    .description('play Taxi Navigator for every column of a bridge: open its ports, answer, print what crosses')
    .option('--config <file>', "the bridge's configuration")
    .option('--call-port <port>', 'without a configuration: the port for Call', read.port)
    .option('--status-port <port>', 'without a configuration: the port for SayTextStatus; may be the same', read.port)
    .addOption(allowOption())
    .option('--ack <mode>', 'the answer to Call: ok, none or error:TEXT', read.ackMode, { kind: 'ok' } as const)
    .option('--ack-status <mode>', 'the answer to SayTextStatus', read.ackMode, { kind: 'none' } as const)
    .option('--close <yes|no>', 'whether connections are closed once the bridge has closed its side', read.yesOrNo, true)
    .option('--play', 'play the four jobs once with the bridge, which must use the simulated PBX', false)
    .option('--exit-after-play', 'end then: 0 when all four were done, else 1', false)
    .option('--column <id>', 'the column to play with (default: the first)')
    .addOption(tokenOption())
    .option('--raw', 'also print the bytes of each message', false)
    .addOption(maskOption())
    .addOption(jsonOption())
    .action((options) =>
      run(options.json, async (context) => {
        const { simulateNavigator } = await import('./commands/simulate-navigator.ts');
        return await simulateNavigator(context, options);
      }),
    );
  simulate
    .command('callcenter')
    .description('play the call center, without a bridge: accept Dial, SayText and Conference, report statuses')
    .requiredOption('--listen <host:port>', 'the port to open for Taxi Navigator', read.listenAddress)
    .requiredOption('--status <host:port>', 'where Taxi Navigator accepts SayTextStatus', read.peerAddress)
    .addOption(new Option('--script <name>', 'what becomes of a SayText').choices(['last-digit'] as const).default('last-digit' as const))
    .option('--pace <seconds>', 'between two statuses', read.seconds, 1)
    .addOption(
      new Option('--acknowledge <mode>', 'documented: only Conference is answered; all: Dial and SayText too')
        .choices(['documented', 'all'] as const)
        .default('documented' as const),
    )
    .option('--navigator <host:port>', 'where Taxi Navigator accepts Call, for --call', read.peerAddress)
    .option('--call <number>', 'let this number call once at the start', read.phone)
    .option('--car-type <type>', 'the class of car of that call', read.carType, 'General' as const)
    .option('--timezone <name>', 'the wall clock of StatusChangedTime', read.timezone, 'Europe/Kyiv')
    .addOption(allowOption())
    .addOption(encodingOption())
    .option('--raw', 'also print the bytes of each message', false)
    .addOption(maskOption())
    .addOption(jsonOption())
    .addHelpText('after', LAST_DIGIT)
    .action((options) =>
      run(options.json, async (context) => {
        const { simulateCallCenter } = await import('./commands/simulate-callcenter.ts');
        return await simulateCallCenter(context, options);
      }),
    );
  simulate
    .command('call')
    .description('let a call come in at the bridge, which shows it to Taxi Navigator')
    .addOption(httpOption())
    .addOption(configOption())
    .addOption(tokenOption())
    .requiredOption('--caller-id <number>', 'who calls', read.phone)
    .option('--line <digits>', 'the phone line that was called', read.line)
    .option('--column <id>', 'or the column it belongs to')
    .option('--car-type <type>', "the class of car (default: the line's)", read.carType)
    .addOption(maskOption())
    .addOption(jsonOption())
    .action((options) =>
      run(options.json, async (context) => {
        const { simulateCall } = await import('./commands/simulate-call.ts');
        return await simulateCall(context, options);
      }),
    );
}

function addNotifications(program: Command, run: RunCommand): void {
  const notifications = program.command('notifications').description('spoken notifications, as the bridge knows them');
  notifications
    .command('list')
    .description('list them, newest first')
    .addOption(httpOption())
    .addOption(configOption())
    .addOption(tokenOption())
    .option('--column <id>', 'of this column only')
    .option('--status <status>', 'with this status only', read.status)
    .option('--phone <number>', 'to this phone only', read.phone)
    .option('--limit <n>', 'lines of a page, at most 500', read.pageLength, 50)
    .option('--all', 'every page', false)
    .addOption(maskOption())
    .addOption(jsonOption())
    .action((options) =>
      run(options.json, async (context) => {
        const { notificationsList } = await import('./commands/notifications-list.ts');
        return await notificationsList(context, options);
      }),
    );
  const one = (name: string, description: string) =>
    notifications
      .command(name)
      .description(description)
      .argument('<guid>', 'the GUID, in any form', read.guid)
      .addOption(httpOption())
      .addOption(configOption())
      .addOption(tokenOption())
      .option('--column <id>', 'the column, where several share the GUID')
      .addOption(jsonOption());
  one('show', 'print the whole history: rounds, attempts, changes, reports with their tries')
    .addOption(maskOption())
    .action((guid, options) =>
      run(options.json, async (context) => {
        const { notificationsShow } = await import('./commands/notifications-show.ts');
        return await notificationsShow(context, { guid, ...options });
      }),
    );
  one('cancel', 'end one that was not answered yet').action((guid, options) =>
    run(options.json, async (context) => {
      const { notificationsCancel } = await import('./commands/notifications-cancel.ts');
      return await notificationsCancel(context, { guid, ...options });
    }),
  );
  one('resend', 'send its current status to Taxi Navigator once more').action((guid, options) =>
    run(options.json, async (context) => {
      const { notificationsResend } = await import('./commands/notifications-resend.ts');
      return await notificationsResend(context, { guid, ...options });
    }),
  );
}

function addConfig(program: Command, run: RunCommand): void {
  const config = program.command('config').description("the bridge's configuration");
  config
    .command('check')
    .description('say what is wrong with it, one line each; exit code 78')
    .argument('<file>', 'the YAML file')
    .addOption(jsonOption())
    .action((file, options) =>
      run(options.json, async (context) => {
        const { configCheck } = await import('./commands/config-check.ts');
        return await configCheck(context, { file });
      }),
    );
  config
    .command('show')
    .description('print what is in force: defaults filled in, TAXINAV_* applied, secrets hidden')
    .argument('<file>', 'the YAML file')
    .option('--sources', 'say where each value came from: file, environment or default', false)
    .addOption(jsonOption())
    .action((file, options) =>
      run(options.json, async (context) => {
        const { configShow } = await import('./commands/config-show.ts');
        return await configShow(context, { file, ...options });
      }),
    );
}

function addCompletion(program: Command, run: RunCommand): void {
  program
    .command('completion')
    .description('print a script that lets your shell complete commands, options and their values')
    .addArgument(new Argument('<shell>', 'which one').choices(SHELLS))
    .addHelpText('after', '\nbash: taxinav completion bash > ~/.local/share/bash-completion/completions/taxinav')
    .action((shell) =>
      run(false, async (context) => {
        const { completion } = await import('./commands/completion.ts');
        return await completion(context, { shell, program });
      }),
    );
}
