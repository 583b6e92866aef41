/**
 * Text of a machine, with its line breaks: an answer, a body, the words of the command line. `keepsLines`: it has columns, which a line that goes on below
 * would tear apart. It can be scrolled by keys.
 */
export function Said(props: { text: string; label: string; keepsLines?: true }) {
  const { text, label, keepsLines = false } = props;
  return (
    // What overflows has to be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="said-box" aria-label={label} tabIndex={0}>
      <pre className={keepsLines ? 'said keeps-lines' : 'said'}>{text}</pre>
    </section>
  );
}
