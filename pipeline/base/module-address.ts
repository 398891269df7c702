/**
 * The address of a module in the same folder, for a thread to start from: TypeScript as it is, or the JavaScript that it
 * was compiled to.
 * @param url import.meta.url of the module that asks
 * @param name without its ending
 */
export function besideModule(url: string, name: string): URL {
  return new URL(`./${name}${url.endsWith('.ts') ? '.ts' : '.js'}`, url);
}
