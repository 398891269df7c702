import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadNotes } from '../../pipeline/content/notes.ts';
import { inputError, temporaryFolder } from '../temporary.ts';

/** A content folder with one note about a cell of Alice's gallery. */
function withNote(note: string, file = '2-189.md'): string {
  const folder = temporaryFolder();
  const path = join(folder, 'notes/alice', file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, note);
  return folder;
}

describe('loadNotes', () => {
  it('reads notes by cell, and none where there are none', () => {
    const folder = withNote('---\nname: Quote cell\n---\nOn inside quotes.\n');
    expect(loadNotes(folder, 'alice')).toEqual(
      new Map([['2-189', { name: 'Quote cell', body: 'On inside quotes.\n' }]]),
    );
    expect(loadNotes(folder, 'holmes').size).toBe(0);
  });

  it('reads which hypothesis and which signal the page is to open with', () => {
    const folder = withNote('---\nname: Quote cell\nhypothesis: inside-quotes\nsignal: c\n---\n');
    const note = loadNotes(folder, 'alice', ['digit', 'inside-quotes']).get('2-189')!;
    expect([note.hypothesis, note.signal]).toEqual(['inside-quotes', 'c']);
  });

  it('refuses a note that is not named by a cell', () => {
    const folder = withNote('---\nname: x\n---\n', 'quotes.md');
    expect(inputError(() => loadNotes(folder, 'alice')).what).toBe('"quotes.md" names no cell.');
  });

  it('refuses a hypothesis that the gallery does not score, and says which was meant', () => {
    const folder = withNote('---\nname: x\nhypothesis: inside-quote\n---\n');
    const { message } = inputError(() => loadNotes(folder, 'alice', ['digit', 'inside-quotes']));
    expect(message).toMatch(/2-189\.md:3:13: /);
    expect(message).toContain('the gallery has no hypothesis "inside-quote". Did you mean "inside-quotes"?');
  });

  it('refuses a signal that there is not, and names those there are', () => {
    const folder = withNote('---\nname: x\nsignal: memory\n---\n');
    const { message } = inputError(() => loadNotes(folder, 'alice'));
    expect(message).toMatch(/2-189\.md:3:9: /);
    expect(message).toContain('must be one of the signals i, f, g, o, c, r, z, n, h');
  });
});
