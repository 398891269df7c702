// A visitor's own hypothesis: a pattern, or a passage that was selected elsewhere, labels the held-out text, and all cells are
// ranked by how well they follow it.
import { type Span, toCharacters } from '../../../pipeline/base/positions.ts';
import type { Gallery, Sizes } from '../../../pipeline/contract/index.ts';
import { sectionsOfSample } from '../../shared/book-pages.ts';
import { passageIn } from '../../shared/passage.ts';
import { ask, fetchCells } from '../common/fetch.ts';
import { findFault, labelByPassage, type PatternLabel } from './label.ts';
import type { Ranking } from './protocol.ts';
import { type CellFacts, describeChance, describeLabel, describePassage, drawMatches, drawRanking } from './view.ts';
import { matchPattern, openRanking, RunawayPattern, TIME_LIMIT } from './workers.ts';

const MATCHES = 5;
const ROWS = 20;
const SHIFTS = 20;

const find = <T extends Element>(selector: string): T => document.querySelector<T>(selector)!;
const form = find<HTMLFormElement>('#pattern');
const gallery = form.dataset.gallery!;
const field = find<HTMLInputElement>('#pattern [name=pattern]');
/** A box a flag, named by its letter. */
const boxes = [...form.querySelectorAll<HTMLInputElement>('[type=checkbox]')];
const rows = find<HTMLTableSectionElement>('#ranked');
const template = find<HTMLTemplateElement>('#ranked-row').content.querySelector('tr')!;
const more = find<HTMLButtonElement>('#more');
const found = find<HTMLElement>('#found');

async function openText() {
  const { heldOut } = (await (await ask(`${gallery}gallery.json`)).json()) as Pick<Gallery, 'heldOut'>;
  const characters = toCharacters(heldOut.text);
  return { characters, pieces: sectionsOfSample(heldOut.pieces, true), h: heldOut.h };
}

/** What is fetched once; what fails is asked for again. */
let text: ReturnType<typeof openText> | undefined;
let ranking: Promise<ReturnType<typeof openRanking>> | undefined;
let facts: Promise<CellFacts[]> | undefined;

async function openOutputs(): Promise<ReturnType<typeof openRanking>> {
  const { h, characters, pieces } = await text!;
  const [packed, sizes] = await Promise.all([
    ask(gallery + h.path).then((response) => response.arrayBuffer()),
    ask(`${gallery}sizes.json`).then((response) => response.json() as Promise<Sizes>),
  ]);
  const starts = pieces.map(({ start }) => start);
  return openRanking({ outputs: { packed: new Uint8Array(packed), sizes: sizes.h, characters }, starts });
}

async function openFacts(): Promise<CellFacts[]> {
  return (await fetchCells(`${gallery}cells.json`)).map(({ id, name, explanation }) => ({
    id,
    name: name ?? explanation,
  }));
}

/** Only what was asked for last is shown. */
let latest = 0;
let showMore: () => void = () => {};

function say(words: string): void {
  found.textContent = words;
}

async function showRanking({ ranked, chance }: Ranking): Promise<void> {
  const cells = await facts!;
  let shown = ROWS;
  const draw = (): void => {
    rows.replaceChildren(
      ...drawRanking(
        template,
        Number(rows.dataset.columns),
        form.dataset.pages!,
        ranked.slice(0, shown),
        (row) => cells[row]!,
      ),
    );
    more.hidden = shown >= ranked.length;
  };
  showMore = () => {
    shown += 4 * ROWS;
    draw();
  };
  draw();
  find('#chance').textContent = describeChance(ranked, chance);
  find<HTMLElement>('#ranking').hidden = false;
}

/** Why the pattern cannot be used, and where; empty where it can. */
function explainFault(pattern: string, flags: string): string {
  const fault = findFault(pattern, flags);
  if (fault === null) return '';
  const before = pattern.slice(0, fault.at);
  const where = before === '' ? 'at its first character' : `after “${before}”, at character ${[...before].length + 1}`;
  return `The pattern is malformed: ${fault.reason}, ${where}.`;
}

/** What a label is ranked as: how it comes about over the text, what is said of it, and what its spans are called. */
interface Asked {
  readonly label: (text: Awaited<ReturnType<typeof openText>>) => PatternLabel | Promise<PatternLabel>;
  readonly describe: (label: PatternLabel) => string;
  readonly heading: string;
}

/** Shows the label that is asked for, and which cells follow it. @param own the number of the question */
async function rankBy({ label: labelled, describe, heading }: Asked, own: number): Promise<void> {
  try {
    text ??= openText();
    ranking ??= openOutputs();
    facts ??= openFacts();
    // A pattern may fail while these are on their way; then nobody waits for them.
    for (const loading of [ranking, facts]) loading.catch(() => undefined);
    const opened = await text;
    const label = await labelled(opened);
    if (own !== latest) return;
    const summary = describe(label);
    find('#matches-title').textContent = heading;
    find('#contexts').replaceChildren(...drawMatches(opened.characters, opened.pieces, label.first));
    find<HTMLElement>('#matches').hidden = label.on === 0;
    const ranks = label.on > 0 && label.on < label.values.length;
    say(ranks ? `${summary} Ranking the cells …` : summary);
    if (!ranks) return;
    const reply = await (await ranking)(label.values, SHIFTS);
    if (own !== latest) return;
    await showRanking(reply);
    say(summary);
    form.dataset.milliseconds = reply.milliseconds.toFixed(0);
  } catch (error) {
    if (own !== latest) return;
    if (error instanceof RunawayPattern) {
      say(
        `The pattern was stopped after ${TIME_LIMIT / 1000} seconds: it tries too many ways to match, as (a+)+ does. Write it with fewer nested repetitions.`,
      );
      return;
    }
    [text, ranking, facts] = [undefined, undefined, undefined];
    say(`The cells could not be ranked (${error instanceof Error ? error.message : error}). Try again.`);
  }
}

/** Puts away what was shown before. @returns the number of the new question */
function beginAnew(): number {
  find<HTMLElement>('#matches').hidden = true;
  find<HTMLElement>('#ranking').hidden = true;
  return ++latest;
}

async function rank(pattern: string, flags: string): Promise<void> {
  const own = beginAnew();
  const fault = explainFault(pattern, flags);
  if (pattern === '' || fault !== '') {
    say(pattern === '' ? 'Write a pattern first.' : fault);
    return;
  }
  say('Looking for it …');
  const label: Asked['label'] = ({ characters, pieces }) =>
    matchPattern({ text: characters.join(''), pieces, pattern, flags, shown: MATCHES });
  const describe = (found: PatternLabel): string => describeLabel(found, form.dataset.searched!);
  await rankBy({ label, describe, heading: 'What it matches first' }, own);
}

async function rankPassage(passage: Span): Promise<void> {
  const own = beginAnew();
  say('Looking for the passage …');
  const label: Asked['label'] = ({ characters }) => labelByPassage(passage, characters.length);
  const describe = (found: PatternLabel): string => describePassage(found, form.dataset.searched!);
  await rankBy({ label, describe, heading: 'The passage' }, own);
}

const flagsOf = (): string => boxes.flatMap(({ checked, name }) => (checked ? [name] : [])).join('');

function submit(): void {
  const url = new URL(location.href);
  const flags = flagsOf();
  url.search = '';
  if (field.value !== '') url.searchParams.set('pattern', field.value);
  if (flags !== '') url.searchParams.set('flags', flags);
  history.replaceState(null, '', url);
  void rank(field.value, flags);
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  submit();
});
more.addEventListener('click', () => showMore());

/** Ranks by the pattern in the address, or the passage, if there is one. */
export async function openPattern(): Promise<void> {
  const asked = new URLSearchParams(location.search);
  const pattern = asked.get('pattern');
  const passage = passageIn(asked);
  if (pattern === null && passage !== null) await rankPassage(passage);
  if (pattern === null) return;
  const flags = asked.get('flags') ?? '';
  field.value = pattern;
  for (const box of boxes) box.checked = flags.includes(box.name) || asked.has(box.name);
  submit();
}
