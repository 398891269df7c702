// A regression tree as nested lists: each question with what holds where the answer is yes, and where it is no.
import type { Element } from 'hast';
import { toHtml } from 'hast-util-to-html';
import { h } from 'hastscript';
import type { RuleNode } from '../../pipeline/contract/index.ts';
import { decimal, percent } from './format.ts';

/** The list of a node's two branches; a leaf says the mean of h there, and how much of the text it is. */
export function ruleHtml(root: RuleNode): string {
  return root.split === null ? '' : toHtml(branches(root.split));
}

function branches({ question, yes, no }: NonNullable<RuleNode['split']>): Element {
  return h('ul', [branch(question, yes), branch('otherwise', no)]);
}

function branch(words: string, { value, share, split }: RuleNode): Element {
  if (split !== null) return h('li', [words, branches(split)]);
  return h('li', `${words}: ${decimal(value)} (${percent(share)})`);
}
