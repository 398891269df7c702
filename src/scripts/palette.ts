// The choice between the site's colours and the seed article's; scripts/first.js restores it.
import { remember } from './theme.ts';

for (const box of document.querySelectorAll<HTMLInputElement>('.palette')) {
  box.checked = document.documentElement.dataset.palette === 'article';
  box.addEventListener('change', () => remember('palette', box.checked ? 'article' : undefined));
}
