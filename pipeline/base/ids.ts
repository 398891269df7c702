// What people may call things: an id is the name of a file, and part of a page's address.
import { slug } from './schemas.ts';

/** With an ending, and with what a cache puts beside it, a name must fit into the 255 bytes that file systems allow. */
const LONGEST = 100;
/** Names that Windows keeps for devices. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;
/** What stands beside the galleries: pages and folders of the site, and stages of the cache. */
const TAKEN = ['404', 'data', 'front', 'import', 'index', 'method', 'site', 'texts'];

/**
 * Why a name is no id, in words that follow it, and what to do; undefined where it is one.
 * @param isGallery whose pages stand beside those of the site
 */
export function faultOfId(id: string, isGallery = false): { why: string; fix: string } | undefined {
  if (!slug.safeParse(id).success) {
    const fix = 'Use lower-case letters, digits and single hyphens, as in through-the-glass.';
    return { why: "cannot be part of a page's address", fix };
  }
  if (id.length > LONGEST) {
    return {
      why: `is longer than ${LONGEST} characters, which names of files beside it would not fit`,
      fix: 'Choose a shorter id.',
    };
  }
  if (DEVICE.test(id))
    return { why: 'is the name of a device on Windows, where no file can have it', fix: 'Choose another id.' };
  if (isGallery && TAKEN.includes(id)) {
    return {
      why: 'is the name of something that stands beside the galleries',
      fix: `Choose another id; taken are ${TAKEN.join(', ')}.`,
    };
  }
  return undefined;
}
