// Where everything lies that can be made anew, below the folder that the command is run in.
import { join } from 'node:path';

/** A benchmark moves it, so that it finds nothing made before. */
export const CACHE = process.env.CELLARIUM_CACHE ?? join('.cellarium', 'cache');
