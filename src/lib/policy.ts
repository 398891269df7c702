/**
 * The content security policy of every page, in a `meta` element, for a static host sends no headers of ours. Scripts,
 * styles, workers and data come from the site's own files alone; whatever a corpus, a hypothesis' prose or an address
 * spells, nothing in a page's text can run.
 */
const RULES = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:", // pictures of figures are made in the page
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
];

export const POLICY = RULES.join('; ');

/** While pages are being worked on: the server puts styles into them, and says over a socket when to load them anew. */
export const POLICY_IN_DEVELOPMENT = RULES.map((rule) => {
  if (rule.startsWith('style-src')) return `${rule} 'unsafe-inline'`;
  return rule.startsWith('connect-src') ? `${rule} ws:` : rule;
}).join('; ');
