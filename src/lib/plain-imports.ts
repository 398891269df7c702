// A Vite plugin that leaves `import()` as it is. Vite wraps it in a helper that fetches beforehand what the imported
// script itself imports; that helper weighs more than most scripts here, and ours import little.

/** The module that Vite's own plugin would fill. */
const HELPER = '\0vite/preload-helper.js';

export function plainImports() {
  return {
    name: 'cellarium:plain-imports',
    enforce: 'pre' as const,
    load: (id: string): string | undefined =>
      id === HELPER ? 'export const __vitePreload = (load) => load();' : undefined,
  };
}
