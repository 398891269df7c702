// The tables of a cell's scores, drawn when they are opened: of the one way that was chosen, and of all the others.
import { ALIGNMENTS } from '../../../pipeline/base/signals.ts';
import type { Cell } from '../../../pipeline/contract/index.ts';
import { decimal } from '../../shared/format.ts';
import { type ScoreTables, scoreColumns } from '../../shared/score-columns.ts';
import { fetchCell } from '../common/cell-file.ts';
import { element } from '../common/element.ts';
import { ask } from '../common/fetch.ts';

const headCell = (content: Node | string, isNumber: boolean): HTMLElement =>
  element('th', { scope: 'col', className: isNumber ? 'number' : '' }, content);

/** @param plain how many of the others are no numbers */
function rowOf(first: Node | string, others: readonly string[], plain: number): HTMLElement {
  const cells = others.map((words, k) => element('td', { className: k < plain ? '' : 'number' }, words));
  return element('tr', {}, element('th', { scope: 'row' }, first), ...cells);
}

function fill(table: Element, heads: readonly HTMLElement[], rows: readonly HTMLElement[]): void {
  table.replaceChildren(element('thead', {}, element('tr', {}, ...heads)), element('tbody', {}, ...rows));
}

function drawScores(table: Element, { scores }: Cell, tables: ScoreTables): void {
  const columns = scoreColumns(tables);
  const heads = tables.heads.map(({ name, href, description }, k) => {
    const link = element('a', { href, textContent: name });
    if (description !== undefined) {
      link.className = 'term';
      link.ariaDescription = description;
    }
    return headCell(link, k > 2);
  });
  const rows = scores.map((score) => {
    const { title, href } = tables.hypotheses[score.hypothesis]!;
    const chosen = [`${score.signal}, ${score.direction === 1 ? 'on' : 'off'}`, score.alignment];
    return rowOf(
      element('a', { href, textContent: title }),
      [...chosen, ...columns.map(({ value }) => value(score))],
      chosen.length,
    );
  });
  fill(table, heads, rows);
}

/** Each way is turned to the direction that was chosen for the hypothesis, so that the way that was scored reads as its score does. */
function drawOtherWays(table: Element, { signals, scores, associations }: Cell, tables: ScoreTables): void {
  const chosen = new Map(scores.map((score) => [score.hypothesis, score]));
  const turned = (hypothesis: string, value: number): number => {
    const score = chosen.get(hypothesis);
    if (score === undefined || score.direction === 1) return value;
    return score.auroc === null ? -value : 1 - value;
  };
  const ways = signals.flatMap((signal) => ALIGNMENTS.map((alignment) => `${signal} ${alignment.charAt(0)}`));
  fill(
    table,
    ['Hypothesis', ...ways].map((name, k) => headCell(name, k > 0)),
    associations.map(({ hypothesis, values }) =>
      rowOf(
        tables.hypotheses[hypothesis]?.title ?? hypothesis,
        values.map((value) => decimal(turned(hypothesis, value), 3)),
        0,
      ),
    ),
  );
}

/** @param details which says where the scores are, and has places for both tables */
export async function openScores(details: HTMLDetailsElement): Promise<void> {
  const template = details.querySelector<HTMLTemplateElement>('[data-tables]');
  const status = details.querySelector<HTMLElement>('[role=status]')!;
  if (template === null) return;
  try {
    const [{ cell }, response] = await Promise.all([fetchCell(details.dataset.file!), ask(details.dataset.scores!)]);
    const tables = (await response.json()) as ScoreTables;
    const place = document.importNode(template.content, true);
    const [own, others] = place.querySelectorAll('table');
    drawScores(own!, cell, tables);
    drawOtherWays(others!, cell, tables);
    template.replaceWith(place);
    status.hidden = true;
  } catch (error) {
    status.textContent = `The scores could not be loaded (${error instanceof Error ? error.message : error}). Open this again to try again.`;
  }
}
