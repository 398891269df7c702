/** A passage with a string as long as it that says what each character is; see test/fixtures/text/quotations.txt. */
export interface LabelledPassage {
  readonly title: string;
  readonly inBook: boolean;
  readonly text: string;
  readonly marks: string;
}

const IN_BOOK = 'in the book: ';

export function parseLabelledPassages(source: string): LabelledPassage[] {
  return source
    .split(/^== /m)
    .slice(1)
    .map((section) => {
      const [title = '', ...lines] = section.trimEnd().split('\n');
      const text: string[] = [];
      const marks: string[] = [];
      for (const line of lines) {
        if (line.startsWith('^')) {
          marks[marks.length - 1] = line.slice(2).padEnd(text.at(-1)!.length);
        } else {
          text.push(line.slice(2));
          marks.push(' '.repeat(text.at(-1)!.length));
        }
      }
      const inBook = title.startsWith(IN_BOOK);
      return { title: title.replace(IN_BOOK, ''), inBook, text: text.join('\n'), marks: marks.join('\n') };
    });
}
