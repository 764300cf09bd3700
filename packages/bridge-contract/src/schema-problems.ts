import type { z } from 'zod';
import { nearestName } from './nearest-name.ts';
import type { Path } from './path.ts';
import { below, pathsOf, view } from './schema-walk.ts';
import { explained } from './setting.ts';

/** Something wrong at a path; where that is in the text is found later. */
export interface PathProblem {
  readonly path: Path;
  readonly message: string;
  readonly remedy: string;
  /** True when the key itself is wrong, not its value. */
  readonly atKey?: boolean;
}

/** Zod's issues in the words of the configuration file. */
export function schemaProblems(issues: readonly z.core.$ZodIssue[], schema: unknown): readonly PathProblem[] {
  return issues.flatMap((issue) => problemsOf(issue, [], schema));
}

function problemsOf(issue: z.core.$ZodIssue, above: Path, root: unknown): readonly PathProblem[] {
  const path: Path = [...above, ...issue.path.filter((step) => typeof step !== 'symbol')];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, path, root));
  if (issue.code === 'invalid_union') {
    // The option whose outer form fits is the one that was meant.
    const meant = issue.errors.find((errors) => !errors.some((error) => error.path.length === 0 && error.code === 'invalid_type'));
    if (meant !== undefined) return meant.flatMap((error) => problemsOf(error, path, root));
  }
  const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  const { message: cause, remedy } = explained(message) ?? { message: message, remedy: 'See the table of keys' };
  return [{ path, message: issue.code === 'invalid_key' ? `as a key ${cause}` : cause, remedy, atKey: issue.code === 'invalid_key' }];
}

function unknownKey(key: string, path: Path, root: unknown): PathProblem {
  let schema = root;
  for (const step of path) schema = below(schema, step);
  const seen = view(schema);
  const names = seen.kind === 'object' ? Object.keys(seen.keys) : [];
  const near = nearestName(key, names);
  const elsewhere = pathsOf(root, key);
  const remedy =
    near !== undefined
      ? `Did you mean ${near}?`
      : elsewhere.length > 0
        ? `It belongs at ${elsewhere.slice(0, 3).join(' or ')}`
        : `Remove it; known keys here: ${names.join(', ')}`;
  return { path: [...path, key], message: 'unknown key', remedy, atKey: true };
}
