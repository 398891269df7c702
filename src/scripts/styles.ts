// Rules that only a few visitors need come with the script that needs them.
const added = new Set<string>();

/** @param rules of a style sheet that the site itself wrote; a page takes each but once */
export function addStyles(rules: string): void {
  if (added.has(rules)) return;
  added.add(rules);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  document.adoptedStyleSheets.push(sheet);
}
