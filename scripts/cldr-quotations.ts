// Makes pipeline/datasets/text/cldr-quotations.ts out of Unicode's CLDR, whose package is far larger than what is wanted of it.
// Run: npm pack cldr-misc-full@48.2.0 && tar -xzf cldr-misc-full-48.2.0.tgz && node scripts/cldr-quotations.ts package/main
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2]!;
/** Where nothing else is said. */
const USUAL = '“ ” ‘ ’';

const marks = new Map<string, string>();
for (const tag of readdirSync(folder).sort()) {
  const { delimiters } = JSON.parse(readFileSync(join(folder, tag, 'delimiters.json'), 'utf8')).main[tag];
  const { quotationStart, quotationEnd, alternateQuotationStart, alternateQuotationEnd } = delimiters;
  marks.set(tag, [quotationStart, quotationEnd, alternateQuotationStart, alternateQuotationEnd].join(' '));
}

/** The nearest of a tag's parents that there is: of zh-Hant-HK zh-Hant, or else zh. */
function parentOf(tag: string): string | undefined {
  const parent = tag.slice(0, Math.max(0, tag.lastIndexOf('-')));
  return parent === '' || marks.has(parent) ? parent || undefined : parentOf(parent);
}

const tagsOf = new Map<string, string[]>();
for (const [tag, own] of marks) {
  const parent = parentOf(tag);
  if (own === (parent === undefined ? USUAL : marks.get(parent))) continue;
  tagsOf.set(own, [...(tagsOf.get(own) ?? []), tag]);
}
const rows = [...tagsOf]
  .sort(([, a], [, b]) => b.length - a.length)
  .map(([own, tags]) => `  '${own}': '${tags.join(' ')}',`);
writeFileSync(
  'pipeline/datasets/text/cldr-quotations.ts',
  `// Made by scripts/cldr-quotations.ts out of Unicode's CLDR 48.2 (Unicode License v3). Opening and closing mark of quotations, and of
// those within them, with the tags of the languages that have them; all others, but for kinds of these, have “ ” ‘ ’.
export const CLDR_QUOTATIONS: Readonly<Record<string, string>> = {
${rows.join('\n')}
};
`,
);
