// How a process is started that ends when this one does.
import { besideModule } from './module-address.ts';

const WATCH = besideModule(import.meta.url, 'end-with-parent').href;

/**
 * Arguments of Node for a program that ends with this process. It watches before it loads anything else, for what it loads
 * takes seconds where the machine is busy.
 */
export function endingWithThis(): string[] {
  const inherited = process.execArgv.filter(
    (argument, k, all) => !argument.startsWith(WATCH) && all[k + 1]?.startsWith(WATCH) !== true,
  );
  return [...inherited, '--import', `${WATCH}?parent=${process.pid}`];
}
