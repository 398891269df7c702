// Whoever follows an old link to a definition, from the time when the method was a single page, is led on to where it is.

const entry = document.getElementById(location.hash.slice(1))?.closest('.method-pages li, .method-pages section');
const link = entry?.querySelector('a');
if (location.hash.length > 1 && link) location.replace(link.href);
