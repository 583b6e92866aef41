/** `*` stands for any run of characters, everything else for itself; linear, whatever the glob. */
export function matchesGlob(value: string, glob: string): boolean {
  const [head = '', ...rest] = glob.split('*');
  if (rest.length === 0) {
    return value === glob;
  }
  const tail = rest.pop() ?? '';
  if (!value.startsWith(head) || value.length < head.length + tail.length || !value.endsWith(tail)) {
    return false;
  }
  // The parts between two stars are found greedily from the left, inside what head and tail leave over.
  const middle = value.slice(head.length, value.length - tail.length);
  let from = 0;
  return rest.every((part) => {
    const at = middle.indexOf(part, from);
    from = at + part.length;
    return at >= 0;
  });
}
