// Turns from one cell's page to the next without loading the site around it anew: the neighbours' pages are fetched
// ahead, and their main part takes the place of this one's. Scripts that hold on to the page listen for `turned`.
import rules from '../../styles/walk.css?inline';
import { addStyles } from '../common/element.ts';

addStyles(rules);

/** The page before or after this one in order of score. */
export type Relation = 'prev' | 'next';

/** Pages that are fetched ahead on either side, and pages that are kept in all. */
const AHEAD = 2;
const KEPT = 12;
/** What the head says of a single page. */
const ABOUT = 'meta[name=description], meta[property], link[rel=canonical]';

const pages = new Map<string, Promise<Document>>();
const status = document.body.appendChild(document.createElement('p'));
status.className = 'hidden';
status.role = 'status';

/** Path of the page that is shown. */
let shown = location.pathname;
let towards: Relation = 'next';
/** The turns that were asked for, one after the other, and how many of them are still to come. */
let turns = Promise.resolve();
let waiting = 0;

function fetchPage(path: string): Promise<Document> {
  const known = pages.get(path);
  if (known !== undefined) return known;
  const page = fetch(path).then(async (response) => {
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    return new DOMParser().parseFromString(await response.text(), 'text/html');
  });
  pages.set(path, page);
  page.catch(() => pages.delete(path));
  if (pages.size > KEPT) pages.delete(pages.keys().next().value!);
  return page;
}

const linkTo = (page: Document, relation: Relation): HTMLAnchorElement | null =>
  page.querySelector(`.turn a[rel=${relation}]`);

async function fetchAhead(relation: Relation): Promise<void> {
  let page = document;
  for (let step = 0; step < AHEAD; step++) {
    const path = linkTo(page, relation)?.getAttribute('href');
    if (!path) return;
    page = await fetchPage(path);
  }
}

/** Fetches the next pages on both sides, unless the visitor saves data; where that fails, a turn will say so. */
export async function prefetch(): Promise<void> {
  if ((navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true) return;
  const away = towards === 'next' ? 'prev' : 'next';
  await fetchAhead(towards).catch(() => undefined);
  await fetchAhead(away).catch(() => undefined);
}

/** The heading under which the visitor reads, once the title is out of sight. */
function headingInSight(): HTMLElement | undefined {
  if (document.querySelector('h1')!.getBoundingClientRect().bottom > 0) return undefined;
  const headings = [...document.querySelectorAll<HTMLElement>('main h2[id]')];
  return headings.findLast((heading) => heading.getBoundingClientRect().top < innerHeight / 2);
}

/** What finds the focused element again in another page. */
function focusedSelector(main: Element): string | null {
  const focused = document.activeElement;
  if (focused === null || !main.contains(focused)) return null;
  const attribute = ['id', 'rel', 'value'].find((name) => focused.hasAttribute(name));
  return attribute === undefined ? 'main' : `main [${attribute}="${CSS.escape(focused.getAttribute(attribute)!)}"]`;
}

function replacePage(page: Document): void {
  const main = document.querySelector('main')!;
  const heading = headingInSight();
  const top = heading?.getBoundingClientRect().top;
  const focused = focusedSelector(main);

  document.documentElement.dataset.turning = '';
  main.replaceWith(document.importNode(page.querySelector('main')!, true));
  document.title = page.title;
  const about = page.querySelectorAll(ABOUT);
  document.querySelectorAll(ABOUT).forEach((element, index) => {
    element.replaceWith(document.importNode(about[index]!, true));
  });
  document.dispatchEvent(new Event('turned'));

  const again = heading && document.getElementById(heading.id);
  if (again && top !== undefined) scrollBy({ top: again.getBoundingClientRect().top - top, behavior: 'instant' });
  if (focused !== null) {
    const target = document.querySelector<HTMLElement>(focused) ?? document.querySelector('main')!;
    if (target.localName === 'main') target.tabIndex = -1;
    target.focus({ preventScroll: true });
  }
  status.textContent = `${document.querySelector('h1')?.textContent}. ${document.querySelector('.label')?.textContent}`;
}

const painted = () => new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

/** @param enter makes the address that of the page, before anything reads it */
async function show(path: string, enter: () => void): Promise<void> {
  let page: Document;
  try {
    page = await fetchPage(path);
  } catch {
    location.href = path; // the browser says best what is wrong
    return;
  }
  enter();
  shown = path;
  replacePage(page);
  await painted();
  void prefetch();
}

function inTurn(work: () => Promise<void>): void {
  waiting++;
  turns = turns.then(work).finally(() => waiting--);
}

/**
 * Turns to the neighbour, if there is one.
 * @param isHeld whether the key repeats itself, whose turns are left out while another is under way
 */
export function turn(relation: Relation, isHeld: boolean): void {
  if (isHeld && waiting > 0) return;
  inTurn(async () => {
    const path = linkTo(document, relation)?.getAttribute('href');
    if (!path) return;
    towards = relation;
    // What the visitor chose for this page, holds for the next.
    await show(path, () => history.pushState(null, '', path + location.search));
  });
}

addEventListener('popstate', () => {
  const path = location.pathname;
  if (path !== shown) inTurn(() => show(path, () => undefined));
});
