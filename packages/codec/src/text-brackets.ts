/**
 * Whether a text is wrapped in one pair of `<` and `>` around the whole of it: the first bracket is closed by the last one.
 * `<Тут текст>` is; `<a> and <b>` is not. Source: [TN-11], [reading 13].
 */
export function isInAngleBrackets(text: string): boolean {
  if (!text.startsWith('<') || !text.endsWith('>') || text.length < 2) return false;
  let open = 0;
  for (let at = 0; at < text.length - 1; at++) {
    const character = text.charAt(at);
    if (character === '<') open++;
    if (character === '>' && --open === 0) return false;
  }
  return open === 1;
}
