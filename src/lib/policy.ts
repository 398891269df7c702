/**
 * The content security policy of every page, in a `meta` element, for a static host sends no headers of ours. Scripts,
 * styles, workers and data come from the site's own files alone; whatever a corpus, a hypothesis' prose or an address
 * spells, nothing in a page's text can run.
 */
export const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:", // pictures of figures are made in the page
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ');
