// In which order modules are called, which a state dict does not say: as far as their widths and names tell.

/** A module, by what it reads and what it gives. */
export interface Module {
  /** Its path in the network, as `decoder.0`; empty for the network itself. */
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
}

/** With more modules than this the orders are too many to try. */
const MOST_TRIED = 6;

/** The order of their numbers, where the names differ in nothing else, as lstm1 and lstm2. */
export function numbered<M extends Module>(modules: readonly M[]): M[] | undefined {
  const stems = new Set(modules.map(({ name }) => name.replaceAll(/\d+/g, '0')));
  if (stems.size > 1) return undefined;
  return modules.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

function fits(modules: readonly Module[], width: number): boolean {
  return modules.every(({ inputs }, index) => inputs === (modules[index - 1]?.outputs ?? width));
}

/** Every order in which each module reads as many values as the one before it gives. */
function fittingOrders<M extends Module>(modules: readonly M[], width: number): M[][] {
  if (modules.length === 0) return [[]];
  return modules.flatMap((first, index) =>
    first.inputs === width
      ? fittingOrders(modules.toSpliced(index, 1), first.outputs).map((rest) => [first, ...rest])
      : [],
  );
}

/**
 * The order of modules that are called one after the other, from a width on: the numbered one if it fits, else the only
 * one that fits; undefined where there is none, or more than one.
 */
export function inOrder<M extends Module>(modules: readonly M[], width: number): M[] | undefined {
  const byNumber = numbered(modules);
  if (byNumber !== undefined && fits(byNumber, width)) return byNumber;
  if (modules.length > MOST_TRIED) return undefined;
  const [order, ...others] = fittingOrders(modules, width);
  return others.length === 0 ? order : undefined;
}
