// Puts what a visitor wants to pass on into the clipboard, or where that is forbidden, onto the page.

/** A page's own address with `?embed`, as the code of a frame. */
function frameCode(): string {
  const url = new URL(location.href);
  url.hash = '';
  url.searchParams.set('embed', '');
  const attribute = (value: string): string => value.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return `<iframe src="${attribute(url.href.replace('embed=', 'embed'))}" title="${attribute(document.title)}" width="100%" height="560" loading="lazy"></iframe>`;
}

const TEXTS: Record<string, () => string> = {
  address: () => location.href,
  frame: frameCode,
  citation: () => document.querySelector('.bibtex')?.textContent ?? '',
};

/** @param name what is wanted: the page's `address` as it stands, the code of a `frame`, or the `citation` */
export async function copy(name: string): Promise<void> {
  const text = TEXTS[name]!();
  const note = document.querySelector('#copied')!;
  try {
    await navigator.clipboard.writeText(text);
    note.textContent = 'Copied.';
  } catch {
    note.textContent = text;
  }
}
