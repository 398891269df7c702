// Tables in plain characters, and CSV. Runs in a browser too.

/**
 * Columns side by side, as wide as their widest cell, two spaces apart.
 * @param rows cells of each row, as many as the header has
 * @param right indices of the columns that are set flush right, as numbers are
 */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string[] {
  const widths = header.map((title, k) => Math.max(...[title, ...rows.map((row) => row[k]!)].map(countCharacters)));
  return [header, ...rows].map((row) =>
    row
      .map((cell, k) => {
        const room = ' '.repeat(widths[k]! - countCharacters(cell));
        return right.includes(k) ? room + cell : cell + room;
      })
      .join('  ')
      .trimEnd(),
  );
}

const countCharacters = (text: string): number => [...text].length;

/** A number of about four significant digits that is as wide as its neighbours in a column. */
export function formatNumber(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 0.0001 || magnitude >= 100_000)) return value.toExponential(2);
  return value.toFixed(magnitude >= 100 ? 2 : 4);
}

/** The shortest number that is this value once it is rounded to float32: nine digits always are enough. */
export const exactly = (value: number): number => Number(value.toPrecision(9));

/** A cell by RFC 4180: quoted where it holds what separates cells or lines, or spaces that a reader might drop. */
export function csvCell(value: string | number): string {
  if (typeof value === 'number') return String(exactly(value));
  return /[",;\t\r\n]|^ | $/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
