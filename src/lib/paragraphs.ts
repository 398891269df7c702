// Where a passage's paragraphs end, and which of them keep their lines. Runs at build and in the browser.

/** A piece of text and what stands between it and the next one: the line breaks after a paragraph. */
interface Paragraph {
  text: string;
  gap: string;
}

/** The paragraphs of a text; together with the gaps they spell the whole of it. */
export function splitParagraphs(text: string): Paragraph[] {
  const matches = text.matchAll(/(?<text>[^\n]+(?:\n[^\n]+)*)?(?<gap>\n*)/gu);
  return Array.from(matches, ({ groups }) => ({ text: groups?.text ?? '', gap: groups?.gap ?? '' })).filter(
    (paragraph) => paragraph.text !== '' || paragraph.gap !== '',
  );
}

/** Whether the source's line breaks belong to the text: where a line is indented, or three lines and more are all short. */
export function isVerse(paragraph: string): boolean {
  const lines = paragraph.split('\n');
  const indented = lines.slice(1).some((line) => line.startsWith(' '));
  return indented || (lines.length > 2 && lines.every((line) => line.length < 52));
}
