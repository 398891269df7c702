import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cellOf } from '../../../fixtures/site/read-gallery.ts';
import { expectAccessible } from '../../checks.ts';
import { useSite } from '../../use-site.ts';

const BASE = '/specimens/';
const small = useSite(BASE);
const PATH = `${BASE}alice/cells/1-0/`;

it('all scores are drawn when they are opened, each in its direction, and all ways beside them', async () => {
  const { scores, associations, signals } = cellOf(join(small.site.folder, 'data/alice'), '1-0');
  const page = await small.open(PATH);
  expect(await page.$$('details[data-scores] table')).toEqual([]);
  await page.click('#scores');
  await page.waitForSelector('details[data-scores] tbody tr');
  const read = (index: number) =>
    page.$$eval(
      'details[data-scores] table',
      (tables, wanted) =>
        [...(tables[wanted] as HTMLTableElement).rows].map((row) =>
          [...row.cells].map((cell) => cell.textContent!.trim()),
        ),
      index,
    );
  const [head, ...rows] = await read(0);
  expect(rows.length).toBe(scores.length);
  for (const [k, { auroc, signal, direction, alignment, spans }] of scores.entries()) {
    const row = new Map(head!.map((name, column) => [name, rows[k]![column]]));
    expect(row.get('Signal')).toBe(`${signal}, ${direction === 1 ? 'on' : 'off'}`);
    expect(row.get('Alignment')).toBe(alignment);
    expect(row.get('AUROC')).toBe(auroc === null ? '–' : (direction === 1 ? auroc : 1 - auroc).toFixed(3));
    expect(row.get('spans')).toBe(spans.toLocaleString('en'));
  }
  const links = await page.$$eval('details[data-scores] th a', (all) =>
    all.map((link) => (link as HTMLAnchorElement).href),
  );
  for (const link of new Set(links)) expect((await fetch(link)).status, link).toBe(200);
  const [ways, ...all] = await read(1);
  expect(ways!.slice(1)).toEqual(signals.flatMap((signal) => [`${signal} r`, `${signal} p`]));
  expect(all.length).toBe(associations.length);
  await page.close();
});

it('scores that cannot be had are said, and asked for again', async () => {
  const page = await small.open(PATH);
  await page.route('**/scores.json', (route) => route.abort());
  await page.click('#scores');
  await page.waitForFunction(() => document.body.textContent!.includes('The scores could not be loaded'));
  await page.unroute('**/scores.json');
  await page.click('#scores');
  await page.click('#scores');
  await page.waitForSelector('details[data-scores] tbody tr');
  await page.close();
});

it('can be reached by everybody once they are drawn', async () => {
  const context = await small.browser.newContext();
  await expectAccessible(context, `${small.server.origin}${PATH}`, undefined, async (page) => {
    await page.click('#scores');
    await page.waitForSelector('details[data-scores] tbody tr');
  });
  await context.close();
});
