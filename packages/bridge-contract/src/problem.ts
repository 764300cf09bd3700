/** One thing that is wrong with a configuration, and where. No message or remedy holds a secret. */
export interface ConfigurationProblem {
  /** The file as it was named; for a problem of an environment variable, `environment`. */
  readonly file: string;
  /** 1-based; absent for environment variables and for keys that are missing altogether from an empty file. */
  readonly line?: number;
  /** 1-based. */
  readonly column?: number;
  /** `columns[0].listen`, or the variable's name. Empty for the document as a whole. */
  readonly path: string;
  /** What is wrong, without a full stop. */
  readonly message: string;
  /** What to do, without a full stop. */
  readonly remedy: string;
}

/** One line for people: `FILE:LINE:COLUMN path: cause. remedy`. */
export function formatProblem(problem: ConfigurationProblem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  const subject = problem.path === '' ? place : `${place} ${problem.path}`;
  return oneLine(`${subject}: ${problem.message}. ${problem.remedy}`);
}

function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- a file may hold any character; a log line may not
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');
}
