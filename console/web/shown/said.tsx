/** Text of a machine, with its line breaks: an answer, a body, the words of the command line. It can be scrolled by keys. */
export function Said({ text, label }: { text: string; label: string }) {
  return (
    // What overflows has to be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="said-box" aria-label={label} tabIndex={0}>
      <pre className="said">{text}</pre>
    </section>
  );
}
