import { describe, expect, it } from 'vitest';
import type { Domains } from '../../../pipeline/base/schemas.ts';
import type { Cell } from '../../../pipeline/contract/index.ts';
import { MOST, oneCell } from '../../../src/lib/one-cell.ts';

const TEXT = 'It rained.\n‘Come in,’ said the old man with the hat, and they all went in at once, laughing.\n';
const characters = [...TEXT];
const domains = { h: { low: -1, high: 1, transform: 'none' } } as Domains;

/** High up to the closing mark, low after it. */
const bytes = Uint8Array.from(characters, (_, t) => (t <= TEXT.indexOf('’') ? 240 : 15));

const cellOf = (alignment: Cell['alignment'], text = TEXT) =>
  ({
    signals: ['h'],
    characters: characters.length,
    alignment,
    excerpts: [{ kind: 'lead', offset: 0, text }],
  }) as unknown as Cell;

describe('the few characters that show what a cell is', () => {
  it('are whole words of one line, over which its value goes up and down', () => {
    const shown = oneCell(cellOf('reading'), bytes, 'h', domains)!;
    const spelt = shown.characters.join('');
    expect(spelt.length).toBeLessThanOrEqual(MOST);
    expect(TEXT).toContain(` ${spelt} `.trimStart());
    expect(spelt).toContain('’ said');
    expect(spelt).not.toContain('\n');
    expect(Math.max(...shown.values)).toBeCloseTo(240 / 127.5 - 1);
    expect(Math.min(...shown.values)).toBeCloseTo(15 / 127.5 - 1);
    expect(new Set(shown.steps)).toEqual(new Set([13, 1]));
  });

  it('have the values that foresee them where the cell is shown so', () => {
    const shown = oneCell(cellOf('predicting'), bytes, 'h', domains)!;
    const after = shown.characters.indexOf('’') + 1;
    expect(shown.values[after]).toBeGreaterThan(0);
    expect(shown.values[after + 1]).toBeLessThan(0);
  });

  it('are none where no line is long enough', () => {
    expect(oneCell(cellOf('reading', 'Short.\nLines.\n'), bytes, 'h', domains)).toBeNull();
  });
});
