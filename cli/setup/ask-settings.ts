import { longOf, optionName } from '../config/settings.ts';
import type { Question, Setting, Settings } from '../../functions/core/config/settings/setting.ts';
import type { Prompts } from '../prompts.ts';

type Options = Record<string, unknown>;
type Problem = string | undefined;

/** The parts of one question of a wizard that are not in the list of settings. */
type Knows = {
  /** Whether to ask, when the options so far do not say. */
  isAsked?: () => boolean;
  check?: (answer: string) => Problem | Promise<Problem>;
  question?: () => Partial<Question>;
  /** The options that the answer sets; left out: the option of the question. */
  put?: (answer: string) => Options;
  /** Runs next, whether this question was asked or not. */
  after?: () => Promise<void>;
};

/** Asks, in the order of the list, for every setting with a question that no option answers. Answers join `options`. */
export async function askSettings(
  prompts: Prompts,
  list: Settings,
  options: Options,
  knows: Readonly<Record<string, Knows>>,
): Promise<void> {
  for (const setting of Object.values(list)) {
    if (!isMeant(list, setting, options)) continue;
    for (const { flag, question } of setting.options ?? []) {
      const long = longOf(flag);
      const name = optionName(long);
      const { isAsked, check, put, after, question: own } = knows[long] ?? {};
      if (question !== undefined && options[name] === undefined && (isAsked?.() ?? true)) {
        const asked = { ...question, ...own?.() };
        const answer = await ask(prompts, asked, check);
        if (answer !== asked.left) Object.assign(options, put?.(answer) ?? { [name]: answer });
      }
      await after?.();
    }
  }
}

function isMeant(list: Settings, { when }: Setting, options: Options): boolean {
  return (when ?? []).every(({ path, is }) => {
    const [option] = list[path]?.options ?? [];
    return option !== undefined && is.includes(String(options[optionName(longOf(option.flag))]));
  });
}

async function ask(prompts: Prompts, question: Question, check: Knows['check']): Promise<string> {
  const { message, choices, default: usual } = question;
  const first = usual === undefined ? {} : { default: usual };
  return choices === undefined
    ? prompts.text({ message, ...first, ...(check !== undefined && { check }) })
    : prompts.choice({ message, choices, ...first });
}
