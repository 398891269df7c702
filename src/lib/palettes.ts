// The ways to show a value that a visitor can choose from.

/** The id is the `data-palette` of the page's root; that of the site's own colours is empty, and no attribute. */
export const PALETTES = [
  { id: '', name: 'blue to orange' },
  { id: 'article', name: 'the article’s' },
  { id: 'contrast', name: 'high contrast' },
  { id: 'bars', name: 'bars' },
] as const;
