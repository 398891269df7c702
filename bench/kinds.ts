/** One of every kind of page of the built site, from its root. */
export const KINDS_OF_PAGE = [
  '/',
  '/alice/',
  '/alice/cells/',
  '/alice/cells/2-139/',
  '/alice/hypotheses/inside-quotes/',
  '/alice/map/',
  '/alice/model/',
  '/alice/try/',
  '/alice/read/',
  '/alice/compare/',
  '/alice/pattern/',
  '/alice/study/',
  '/method/',
  '/method/scores/',
] as const;
