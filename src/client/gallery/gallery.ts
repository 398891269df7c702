// A gallery's front page stands without scripts; what it listens for is fetched when somebody comes to it.
import { awaken } from '../common/awaken.ts';

// A strip that is clicked has the focus by then: its link is followed already, and must not be followed again.
awaken(() => import('./point.ts'), false, '#wall .strip:not(:focus), .best-of .text[data-row]');

// Fetched when somebody comes to the choice of an order, or an address asks for one.
const order = document.querySelector('#wall-order');
const load = () => import('./wall.ts');
for (const sign of ['pointerover', 'focusin', 'change']) order?.addEventListener(sign, load, { once: true });
if (order && location.search.includes('order=')) load();
