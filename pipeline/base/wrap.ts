// Text in lines of a terminal.

const LINE = 100;

/** The lines of a paragraph; a word that is longer than a line has one of its own. */
export function wrapText(text: string, width = LINE): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
