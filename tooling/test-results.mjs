import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Counts what a package's test run wrote, and prints a line for each test that failed or was skipped.
 *
 * @param {string} folder of the package, from the root
 * @param {string} file the JSON report, in that folder
 */
export function readResults(folder, file) {
  if (!existsSync(join(folder, file))) {
    console.log(`failed: ${folder}: no test results (${file})`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const results = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  let unloaded = 0;
  for (const { name, status, message, assertionResults } of results.testResults) {
    for (const test of assertionResults) {
      if (test.status === 'failed') console.log(`failed: ${folder}: ${test.fullName}: ${firstLine(test.failureMessages[0])}`);
      else if (test.status !== 'passed') console.log(`skipped: ${folder}: ${test.fullName}`);
    }
    // A file that does not even load has no tests to count, yet it failed.
    if (status !== 'failed' || assertionResults.length > 0) continue;
    unloaded += 1;
    console.log(`failed: ${folder}: ${name}: ${firstLine(message)}`);
  }
  return {
    passed: results.numPassedTests,
    failed: results.numFailedTests + unloaded,
    skipped: results.numPendingTests + results.numTodoTests,
  };
}

function firstLine(text = '') {
  return text.split('\n', 1)[0];
}
