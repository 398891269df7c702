// A cell's page stands without scripts; what it listens for is fetched when somebody comes to it.
import { awaken } from '../common/awaken.ts';

awaken(() => import('./page.ts'), undefined, '[data-plays], [data-runs], [data-signal-of], .text[data-offset]');
