// Loaded before Astro, which knows nothing of the build that started it.
import { endWithParent } from './end-with-parent.ts';

endWithParent();
