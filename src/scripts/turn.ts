// The arrow keys turn the pages, wherever they have nothing else to do.
document.addEventListener('keydown', (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
  const relation = { ArrowLeft: 'prev', ArrowRight: 'next' }[event.key];
  const { target } = event;
  if (relation === undefined || (target instanceof Element && target.closest('input, select, .scroll') !== null))
    return;
  document.querySelector<HTMLAnchorElement>(`.turn a[rel=${relation}]`)?.click();
});
