/**
 * What a worker gets of its process's flags: all, or, because a thread does not start with `--input-type`, the conditions, by which
 * packages are found.
 */
export function workerFlags(flags: readonly string[]): { readonly execArgv?: string[] } {
  if (!flags.some((flag) => flag.startsWith('--input-type'))) return {};
  return {
    execArgv: flags.filter(
      (flag, position) => /^(--conditions|-C)\b/.test(flag) || ['--conditions', '-C'].includes(flags[position - 1] ?? ''),
    ),
  };
}
