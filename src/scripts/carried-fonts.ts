// The site's own fonts, for a drawing that leaves it: a file of its own sees no style sheet.

function asDataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

/** A rule with the font itself in it; null where the drawing does not use it, or where it is no file of the site. */
async function carried({ style, parentStyleSheet }: CSSFontFaceRule, drawn: SVGElement): Promise<string | null> {
  const family = style.getPropertyValue('font-family').replaceAll('"', '');
  const file = /url\("?([^")]+)"?\)/.exec(style.getPropertyValue('src'))?.[1];
  if (file === undefined || drawn.querySelector(`[font-family*="${family}"]`) === null) return null;
  const response = await fetch(new URL(file, parentStyleSheet!.href ?? location.href));
  if (!response.ok) return null;
  const source = await asDataUrl(await response.blob());
  return `@font-face{font-family:"${family}";font-weight:${style.getPropertyValue('font-weight')};src:url("${source}")}`;
}

/** @returns the rules of a style sheet that bring along the fonts in which a drawing's words are set; without those that
 * cannot be had, in whose place there is then another */
export async function carriedFonts(drawn: SVGElement): Promise<string> {
  const rules = [...document.styleSheets].flatMap(({ cssRules }) => [...cssRules]);
  const fonts = rules.filter((rule) => rule instanceof CSSFontFaceRule);
  const found = await Promise.all(fonts.map((font) => carried(font, drawn).catch(() => null)));
  return found.filter((rule) => rule !== null).join('');
}
