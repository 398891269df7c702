// Words that are written with an apostrophe at an end, where a quotation mark could stand as well.

/** What follows the apostrophe of a word that lost its beginning and is no word without it: ’tis, ’em. */
const AFTER_APOSTROPHE = new Set([
  ...['tis', 'tisn', 'twas', 'twasn', 'twere', 'tweren', 'twill', 'twould', 'twouldn', 'twixt'],
  ...['em', 'un', 'uns', 'im', 'er', 'eer', 'ave', 'ome', 'ouse', 'ow', 'alf', 'ide', 'orse', 'eart', 'undred'],
  ...['bout', 'gainst', 'midst', 'mongst', 'neath', 'pon', 'scuse', 'spect', 'nuff', 'kase', 'cept', 'stead'],
]);

/** What comes before the apostrophe of a word that lost its end: o’, th’. */
const BEFORE_APOSTROPHE = new Set([
  'o',
  'th',
  't',
  'i',
  'a',
  'an',
  'wi',
  'ol',
  'ha',
  'fo',
  'mo',
  'po',
  'yo',
  'de',
  'lil',
]);

/** @param word the letters after a possible apostrophe, in any case */
export function losesBeginning(word: string): boolean {
  return AFTER_APOSTROPHE.has(word.toLowerCase());
}

/** @param word the letters before a possible apostrophe, in any case: goin, dogs, o */
export function losesEnd(word: string): boolean {
  const lower = word.toLowerCase();
  return lower.endsWith('s') || (lower.length > 3 && lower.endsWith('in')) || BEFORE_APOSTROPHE.has(lower);
}
