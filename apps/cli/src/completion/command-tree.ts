import type { Command } from '@commander-js/extra-typings';

/** A command as completion sees it. */
export interface CompletedCommand {
  /** `taxinav send call` */
  readonly path: string;
  readonly description: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly CompletedOption[];
}

/** An option as completion sees it. */
export interface CompletedOption {
  readonly long: string;
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

/** Every command, the program itself first. */
export function commandTree(command: Command, parents: readonly string[] = []): readonly CompletedCommand[] {
  const path = [...parents, command.name()];
  const inner = command.commands.filter((one) => one.name() !== 'help');
  return [
    {
      path: path.join(' '),
      description: command.description(),
      commands: inner.map((one) => ({ name: one.name(), description: one.description() })),
      options: [
        ...command.options.flatMap(({ long, description, required, optional, argChoices }) =>
          long == null ? [] : [{ long, description, takesValue: required || optional, choices: argChoices ?? [] }],
        ),
        { long: '--help', description: 'print how it is used', takesValue: false, choices: [] },
      ],
    },
    ...inner.flatMap((one) => commandTree(one as Command, path)),
  ];
}
