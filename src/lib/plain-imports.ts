/** The module by which Vite wraps every dynamic import, so as to fetch beforehand what the imported file imports. */
const PRELOAD_HELPER = '\0vite/preload-helper.js';

/**
 * A plugin of Vite's that leaves dynamic imports as they are written. The wrapper weighs a tenth of what a page may
 * load, and saves little where a script imports three small files. It also brings the styles of what is imported; here
 * styles belong to pages.
 */
export function plainImports() {
  return {
    name: 'plain-imports',
    enforce: 'pre' as const,
    load: (id: string) => (id === PRELOAD_HELPER ? 'export const __vitePreload = (load) => load();' : undefined),
  };
}
