/** A text without the spaces and tabs around it, in time linear in its length. [reading 1] */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/** Whether a character is a space or a tab: the only ones that are cut off around names and values. */
export function isBlank(code: number | undefined): boolean {
  return code === 0x20 || code === 0x09;
}
