// What a script adds to a page: elements, and the style rules that only they need.

/** Makes an element; whatever its text spells, it is shown. @param properties assigned to the element as they are */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

const added = new Set<string>();

/** Rules come with the script that needs them. @param rules of the site's own style sheet; a page takes each but once */
export function addStyles(rules: string): void {
  if (added.has(rules)) return;
  added.add(rules);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  document.adoptedStyleSheets.push(sheet);
}
