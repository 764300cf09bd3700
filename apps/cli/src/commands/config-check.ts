import { loadBridgeConfiguration } from '../bridge-configuration.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';

/** Checks a configuration of the bridge as the bridge would; a problem ends it with 78 and one line each. */
export function configCheck({ output, env }: CommandContext, { file }: { readonly file: string }): Promise<ExitCode> {
  const loaded = loadBridgeConfiguration(file, env);
  const columns = loaded.configuration.columns.map(({ id }) => id);
  output.record(
    { file: loaded.file, ok: true, columns },
    () => `${output.style('green', 'in order')}  ${loaded.file}  columns: ${columns.join(', ')}`,
  );
  return Promise.resolve(EXIT.done);
}
