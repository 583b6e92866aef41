import type { Block, MailDocument } from './mail-document.ts';

/** The text part: everything that the HTML says, in the same order, and what is too long for that. */
export function mailText(document: MailDocument): string {
  const sections = document.sections.map(({ heading, blocks }) =>
    [heading.toUpperCase(), ...blocks.map(renderBlock)].join('\n'),
  );
  const footer = [
    ...document.footer,
    ...(document.unsubscribe === undefined
      ? []
      : [`${document.unsubscribe.label}: ${document.unsubscribe.url}`]),
  ];
  return `${[
    `*** ${document.banner} ***`,
    [
      document.title,
      document.origin,
      ...(document.action === undefined ? [] : [`${document.action.words}: ${document.action.link.url}`]),
    ].join('\n'),
    ...sections,
    // The separator that mail programs know: what follows is not the message.
    `-- \n${footer.join('\n')}`,
  ].join('\n\n')}\n`;
}

function renderBlock(block: Block): string {
  switch (block.block) {
    case 'text':
      return hanging('  ', block.text);
    case 'note':
      return block.text;
    case 'steps':
      return block.steps
        .map(({ words, link }, index) =>
          hanging(`${String(index + 1)}. `, link === undefined ? words : `${words}: ${link.url}`),
        )
        .join('\n');
    case 'list':
      return block.items.map((item) => hanging('- ', item)).join('\n');
    case 'table':
      return block.rows
        .map(({ label, value, link }) => hanging(`${label}: `, link?.url ?? value, '    '))
        .join('\n');
  }
}

/** Every line of a value is indented: none of them can pass for a heading, a label or the end of the mail. */
function hanging(start: string, value: string, indent = ' '.repeat(start.length)): string {
  return start + value.replaceAll('\n', `\n${indent}`);
}
