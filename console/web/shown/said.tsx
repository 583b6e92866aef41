/**
 * Text of a machine, with its line breaks: an answer, a body, the words of the command line. `keepsLines` is for text with columns,
 * which a wrapped line would tear apart. Keys can scroll it.
 */
export function Said(props: { text: string; label: string; keepsLines?: true }) {
  const { text, label, keepsLines = false } = props;
  return (
    // The keyboard has to reach text that overflows.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="said-box" aria-label={label} tabIndex={0}>
      <pre className={keepsLines ? 'said keeps-lines' : 'said'}>{text}</pre>
    </section>
  );
}
