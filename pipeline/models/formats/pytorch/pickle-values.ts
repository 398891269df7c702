// What a Python pickle holds, as inert values: nothing of it is ever called.

/** The name of a Python function or class, as `collections.OrderedDict`. */
export class Global {
  readonly name: string;

  constructor(module: string, name: string) {
    this.name = `${module}.${name}`;
  }
}

export class Tuple {
  readonly items: readonly Value[];

  constructor(items: readonly Value[]) {
    this.items = items;
  }
}

/** A dict of any kind, in the order in which it was filled; a key that comes again takes its new value. */
export class Dict {
  readonly entries = new Map<Value, Value>();

  /** The entries whose keys are strings. */
  *named(): Generator<[string, Value]> {
    for (const [key, value] of this.entries) if (typeof key === 'string') yield [key, value];
  }
}

/** An object of a class that is not built here: its name, and what it would have been made of. */
export class Placeholder {
  readonly of: string;
  readonly args: Value;
  /** What `__setstate__` would have been given, or its attributes. */
  state: Value = null;
  /** What a dict of a class of its own holds. */
  readonly entries = new Map<Value, Value>();

  constructor(of: string, args: Value) {
    this.of = of;
    this.args = args;
  }
}

/** What a reader of pickles makes of the things that it knows. */
export class Made<T = unknown> {
  readonly value: T;

  constructor(value: T) {
    this.value = value;
  }
}

export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Value[]
  | Tuple
  | Dict
  | Global
  | Placeholder
  | Made;
