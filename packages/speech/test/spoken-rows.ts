/** A table written as lines `text → what is expected`; blank lines divide it. */
export function rows(table: string): readonly (readonly [text: string, expected: string])[] {
  return table
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [text = '', expected = ''] = line.split(' → ');
      return [text.trim(), expected.trim()];
    });
}
