// A drawing of the page with its styles written into it, so that it looks the same where there is no style sheet.

/** What a style sheet says of a drawing's parts, and an attribute can say too. */
const STYLES = [
  ...['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linecap', 'vector-effect'],
  ...['paint-order', 'opacity'],
  ...['font-family', 'font-size', 'font-weight', 'text-anchor', 'text-decoration'],
];
/** What is used in several places looks as it does in each of them. */
const STYLED = ':not(defs *)';

/** A copy of a drawing, with the style of each of its parts as attributes and with links that lead to the site. */
export function resolved(figure: SVGSVGElement): SVGSVGElement {
  const copy = figure.cloneNode(true) as SVGSVGElement;
  const parts = [...copy.querySelectorAll(STYLED)];
  [...figure.querySelectorAll(STYLED)].forEach((part, index) => {
    const style = getComputedStyle(part);
    for (const name of STYLES) parts[index]!.setAttribute(name, style.getPropertyValue(name));
  });
  for (const link of copy.querySelectorAll('a')) {
    link.setAttribute('href', new URL(link.getAttribute('href')!, location.href).href);
  }
  return copy;
}
