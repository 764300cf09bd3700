import type { CompletedCommand } from './command-tree.ts';

/** The shells that are completed. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** A value of {@link SHELLS}. */
export type Shell = (typeof SHELLS)[number];

/** A script for a shell that completes commands, options and their values; file names where they are wanted. */
export function completionScript(shell: Shell, commands: readonly CompletedCommand[]): string {
  switch (shell) {
    case 'bash':
      return bash(commands);
    case 'zsh':
      return `#compdef taxinav\nautoload -U +X bashcompinit && bashcompinit\n${bash(commands)}`;
    case 'fish':
      return fish(commands);
    default:
      return shell satisfies never;
  }
}

function bash(commands: readonly CompletedCommand[]): string {
  const paths = commands.slice(1).map(({ path }) => `'${path}'`);
  const words = commands.map(
    ({ path, commands: inner, options }) =>
      `    '${path}') words='${[...inner.map(({ name }) => name), ...options.map(({ long }) => long)].join(' ')}' ;;`,
  );
  const values = commands.flatMap(({ path, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map(({ long, choices }) => `    '${path} ${long}') ${choices.length === 0 ? 'return' : `words='${choices.join(' ')}'`} ;;`),
  );
  return `_taxinav() {
  local cur=\${COMP_WORDS[COMP_CWORD]} path=taxinav words= i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path \${COMP_WORDS[i]}" in
    ${paths.join(' | ')}) path="$path \${COMP_WORDS[i]}" ;;
    esac
  done
  case $path in
${words.join('\n')}
  esac
  # The value of an option: its choices, else what the shell itself knows, file names.
  case "$path \${COMP_WORDS[COMP_CWORD - 1]}" in
${values.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _taxinav taxinav
`;
}

function fish(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ path, commands: inner, options }) => {
    const here = `-n 'test (__taxinav_path) = "${path}"'`;
    return [
      ...inner.map(({ name, description }) => `complete -c taxinav ${here} -f -a ${name} -d ${quoted(description)}`),
      ...options.map(({ long, description, takesValue, choices }) => {
        const value = choices.length > 0 ? ` -x -a ${quoted(choices.join(' '))}` : takesValue ? ' -r' : '';
        return `complete -c taxinav ${here} -l ${long.slice(2)}${value} -d ${quoted(description)}`;
      }),
    ];
  });
  return `set -g __taxinav_paths ${commands
    .slice(1)
    .map(({ path }) => `'${path}'`)
    .join(' ')}
function __taxinav_path
  set -l path taxinav
  for word in (commandline -opc)[2..]
    contains -- "$path $word" $__taxinav_paths; and set path "$path $word"
  end
  echo $path
end
${lines.join('\n')}
`;
}

/** For fish: in single quotes only these two mean anything. */
function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
}
