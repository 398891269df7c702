// Loaded before anything is drawn: says that scripts run, and restores what the visitor chose, so that nothing flashes.
const root = document.documentElement;
// A browser that knows no modules runs none of the other scripts.
if ('noModule' in HTMLScriptElement.prototype) root.dataset.script = '';
if (/[?&]embed\b/.test(location.search)) root.dataset.embed = '';
// Where a system lends all pages its own few colours, heights say what colours cannot.
if (matchMedia('(forced-colors: active)').matches) root.dataset.palette = 'bars';
for (const name of ['theme', 'palette']) {
  try {
    const value = localStorage.getItem(`cellarium:${name}`);
    if (value) root.dataset[name] = value;
  } catch {
    // A visitor who forbids storage keeps the defaults.
  }
}
if (root.dataset.palette) document.querySelector('#palettes').disabled = false;
