// A Python pickle read without running it: a stack machine whose every operation only puts values together. What it
// would call is handed, by name, to a fixed list of constructors, or becomes a placeholder.
// Format: Lib/pickletools.py of CPython, protocols 0 to 5.
import { InputError } from '../../../base/errors.ts';
import { Dict, Global, Placeholder, Tuple, type Value } from './pickle-values.ts';

/** What becomes of the things that a pickle names; undefined for a placeholder. */
export interface Constructors {
  /** The result of calling a function or class. */
  call(name: string, args: readonly Value[]): Value | undefined;
  /** What the file holds outside of the pickle, by its id. */
  persistent(id: Value): Value | undefined;
}

/** Far more than checkpoints hold, and few enough for the memory. */
const MOST_OPERATIONS = 2 ** 25;
const MOST_OBJECTS = 4_000_000;
const LONGEST_INTEGER = 255;
const LONGEST_TEXT = 2 ** 27;

/** @throws {InputError} always */
export function damagedPickle(what: string, file: string): never {
  throw new InputError(what, { file }, 'The file is damaged, or no file of torch.save: save or fetch it again.');
}

/** What MARK leaves on the stack. */
const MARK = Symbol('mark');
type Item = Value | typeof MARK;

const LATIN = (code: string) => code.charCodeAt(0);

class Machine {
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #constructors: Constructors;
  readonly #file: string;
  readonly #stack: Item[] = [];
  readonly #memo = new Map<number, Value>();
  #objects = 0;
  position: number;

  constructor(bytes: Uint8Array, position: number, constructors: Constructors, file: string) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.position = position;
    this.#constructors = constructors;
    this.#file = file;
  }

  run(): Value {
    for (let count = 0; count < MOST_OPERATIONS; count++) {
      const code = this.#bytes[this.#advance(1)]!;
      if (code === LATIN('.')) return this.#pop();
      this.#operate(code);
    }
    return damagedPickle(`Its pickle has more than ${MOST_OPERATIONS.toLocaleString('en')} operations.`, this.#file);
  }

  /** Goes on, and says where it was. */
  #advance(length: number): number {
    const from = this.position;
    if (!(length <= this.#bytes.length - from)) damagedPickle('Its pickle is cut off.', this.#file);
    this.position += length;
    return from;
  }

  #count(): void {
    this.#objects += 1;
    if (this.#objects <= MOST_OBJECTS) return;
    damagedPickle(`Its pickle holds more than ${MOST_OBJECTS.toLocaleString('en')} objects.`, this.#file);
  }

  // The stack.

  #push(value: Value): void {
    this.#stack.push(value);
  }

  #pop(): Value {
    const item = this.#stack.pop();
    if (item === undefined || item === MARK)
      return damagedPickle('Its pickle takes a value that is not there.', this.#file);
    return item;
  }

  #top(): Value {
    const value = this.#pop();
    this.#push(value);
    return value;
  }

  /** What lies above the last mark. */
  #sinceMark(): Value[] {
    const at = this.#stack.lastIndexOf(MARK);
    if (at < 0) return damagedPickle('Its pickle goes back to a mark that is not there.', this.#file);
    const items = this.#stack.splice(at);
    items.shift();
    return items as Value[];
  }

  // Arguments that follow an operation.

  #u8 = () => this.#view.getUint8(this.#advance(1));
  #u16 = () => this.#view.getUint16(this.#advance(2), true);
  #u32 = () => this.#view.getUint32(this.#advance(4), true);
  #u64 = () => Number(this.#view.getBigUint64(this.#advance(8), true));

  #bytesOf(length: number): Buffer {
    this.#count();
    const from = this.#advance(length);
    return this.#bytes.subarray(from, from + length);
  }

  #text(length: number, encoding: 'utf8' | 'latin1' = 'utf8'): string {
    if (length > LONGEST_TEXT) damagedPickle(`Its pickle holds a text of ${length} bytes.`, this.#file);
    return this.#bytesOf(length).toString(encoding);
  }

  #line(): string {
    const end = this.#bytes.indexOf(10, this.position);
    if (end < 0) damagedPickle('Its pickle is cut off.', this.#file);
    const text = this.#text(end - this.position, 'latin1');
    this.position = end + 1;
    return text;
  }

  #integer(length: number): Value {
    if (length > LONGEST_INTEGER) damagedPickle(`Its pickle holds an integer of ${length} bytes.`, this.#file);
    const hex = Buffer.from(this.#bytesOf(length)).reverse().toString('hex');
    if (hex === '') return 0;
    return narrow(BigInt.asIntN(8 * length, BigInt(`0x${hex}`)));
  }

  #decimal(text: string): Value {
    if (!/^[+-]?\d{1,300}L?$/.test(text)) damagedPickle('Its pickle holds an integer that is none.', this.#file);
    return narrow(BigInt(text.replace(/^\+|L$/g, '')));
  }

  // What operations do with values.

  #recall(index: number): Value {
    const value = this.#memo.get(index);
    if (value === undefined) return damagedPickle('Its pickle recalls a value that it has not kept.', this.#file);
    return value;
  }

  #keep(index: number): void {
    this.#memo.set(index, this.#top());
  }

  #global(module: Value, name: Value): Global {
    this.#count();
    if (typeof module === 'string' && typeof name === 'string') return new Global(module, name);
    return damagedPickle('Its pickle names something by what is no name.', this.#file);
  }

  #call(callee: Value, args: Value): Value {
    this.#count();
    const name = callee instanceof Global ? callee.name : undefined;
    const list = args instanceof Tuple ? args.items : undefined;
    if (name === undefined || list === undefined) return new Placeholder(name ?? describe(callee), args);
    return this.#constructors.call(name, list) ?? new Placeholder(name, args);
  }

  #build(state: Value): void {
    const object = this.#top();
    if (object instanceof Placeholder) object.state = state;
    // Attributes beside the entries, as `_metadata` of a state dict, are of no use.
  }

  #append(items: readonly Value[]): void {
    const list = this.#top();
    if (Array.isArray(list)) for (const item of items) list.push(item);
    else if (!(list instanceof Placeholder)) damagedPickle('Its pickle adds items to what is no list.', this.#file);
  }

  #assign(pairs: readonly Value[]): void {
    if (pairs.length % 2 !== 0) damagedPickle('Its pickle holds a key without a value.', this.#file);
    const dict = this.#top();
    if (!(dict instanceof Dict || dict instanceof Placeholder))
      damagedPickle('Its pickle adds entries to what is no dict.', this.#file);
    else for (let k = 0; k < pairs.length; k += 2) dict.entries.set(pairs[k]!, pairs[k + 1]!);
  }

  #container<T extends Value>(value: T): void {
    this.#count();
    this.#push(value);
  }

  #instance(callee: Value, items: readonly Value[]): void {
    this.#push(this.#call(callee, new Tuple(items)));
  }

  #persistent(id: Value): void {
    this.#count();
    this.#push(this.#constructors.persistent(id) ?? new Placeholder('what the file holds outside of its pickle', id));
  }

  #operate(code: number): void {
    const operation = OPERATIONS[code];
    if (operation === undefined) {
      damagedPickle(`Its pickle has the unknown operation ${code} at byte ${this.position - 1}.`, this.#file);
    }
    operation(this);
  }

  /** What each operation does, by its code. */
  static readonly operations: Readonly<Record<string, (machine: Machine) => void>> = {
    // Protocol and frames: nothing to do.
    '\x80': (m) => void m.#u8(),
    '\x95': (m) => void m.#u64(),
    // The stack and the memo.
    '(': (m) => void m.#stack.push(MARK),
    '0': (m) => {
      // A mark may be dropped too.
      if (m.#stack.pop() === undefined) m.#pop();
    },
    '1': (m) => void m.#sinceMark(),
    '2': (m) => m.#push(m.#top()),
    p: (m) => m.#keep(Number(m.#line())),
    q: (m) => m.#keep(m.#u8()),
    r: (m) => m.#keep(m.#u32()),
    '\x94': (m) => m.#keep(m.#memo.size),
    g: (m) => m.#push(m.#recall(Number(m.#line()))),
    h: (m) => m.#push(m.#recall(m.#u8())),
    j: (m) => m.#push(m.#recall(m.#u32())),
    // Single values.
    N: (m) => m.#push(null),
    '\x88': (m) => m.#push(true),
    '\x89': (m) => m.#push(false),
    I: (m) => {
      const text = m.#line();
      m.#push(text === '00' ? false : text === '01' ? true : m.#decimal(text));
    },
    L: (m) => m.#push(m.#decimal(m.#line())),
    J: (m) => m.#push(m.#view.getInt32(m.#advance(4), true)),
    K: (m) => m.#push(m.#u8()),
    M: (m) => m.#push(m.#u16()),
    '\x8a': (m) => m.#push(m.#integer(m.#u8())),
    '\x8b': (m) => m.#push(m.#integer(m.#u32())),
    F: (m) => m.#push(Number(m.#line())),
    G: (m) => m.#push(m.#view.getFloat64(m.#advance(8), false)),
    // Texts and bytes.
    S: (m) => m.#push(m.#line().replace(/^(['"])(.*)\1$/s, '$2')),
    V: (m) => m.#push(m.#line()),
    T: (m) => m.#push(m.#text(m.#u32(), 'latin1')),
    U: (m) => m.#push(m.#text(m.#u8(), 'latin1')),
    X: (m) => m.#push(m.#text(m.#u32())),
    '\x8c': (m) => m.#push(m.#text(m.#u8())),
    '\x8d': (m) => m.#push(m.#text(m.#u64())),
    B: (m) => m.#push(m.#bytesOf(m.#u32())),
    C: (m) => m.#push(m.#bytesOf(m.#u8())),
    '\x8e': (m) => m.#push(m.#bytesOf(m.#u64())),
    '\x96': (m) => m.#push(m.#bytesOf(m.#u64())),
    // Buffers outside of the pickle, which no file has.
    '\x97': (m) => m.#persistent(null),
    '\x98': () => {},
    // Tuples, lists, dicts and sets; a set is a list here.
    ')': (m) => m.#push(EMPTY),
    t: (m) => m.#container(new Tuple(m.#sinceMark())),
    '\x85': (m) => m.#container(new Tuple([m.#pop()])),
    '\x86': (m) => m.#container(new Tuple([m.#pop(), m.#pop()].reverse())),
    '\x87': (m) => m.#container(new Tuple([m.#pop(), m.#pop(), m.#pop()].reverse())),
    ']': (m) => m.#container([]),
    l: (m) => m.#container(m.#sinceMark()),
    a: (m) => m.#append([m.#pop()]),
    e: (m) => m.#append(m.#sinceMark()),
    '}': (m) => m.#container(new Dict()),
    d: (m) => {
      const pairs = m.#sinceMark();
      m.#container(new Dict());
      m.#assign(pairs);
    },
    s: (m) => m.#assign([m.#pop(), m.#pop()].reverse()),
    u: (m) => m.#assign(m.#sinceMark()),
    '\x8f': (m) => m.#container([]),
    '\x90': (m) => m.#append(m.#sinceMark()),
    '\x91': (m) => m.#container(m.#sinceMark()),
    // Names, and what would be called.
    c: (m) => m.#push(m.#global(m.#line(), m.#line())),
    '\x93': (m) => {
      const name = m.#pop();
      m.#push(m.#global(m.#pop(), name));
    },
    '\x82': (m) => m.#push(m.#global('copyreg', `extension ${m.#u8()}`)),
    '\x83': (m) => m.#push(m.#global('copyreg', `extension ${m.#u16()}`)),
    '\x84': (m) => m.#push(m.#global('copyreg', `extension ${m.#u32()}`)),
    R: (m) => {
      const args = m.#pop();
      m.#push(m.#call(m.#pop(), args));
    },
    '\x81': (m) => {
      const args = m.#pop();
      m.#push(m.#call(m.#pop(), args));
    },
    '\x92': (m) => {
      // Arguments by name are left out.
      m.#pop();
      const args = m.#pop();
      m.#push(m.#call(m.#pop(), args));
    },
    i: (m) => {
      const callee = m.#global(m.#line(), m.#line());
      m.#instance(callee, m.#sinceMark());
    },
    o: (m) => {
      const [callee = null, ...args] = m.#sinceMark();
      m.#instance(callee, args);
    },
    b: (m) => m.#build(m.#pop()),
    P: (m) => m.#persistent(m.#line()),
    Q: (m) => m.#persistent(m.#pop()),
  };
}

const EMPTY = new Tuple([]);
const OPERATIONS: readonly (((machine: Machine) => void) | undefined)[] = Array.from(
  { length: 256 },
  (_, code) => Machine.operations[String.fromCharCode(code)],
);

function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function describe(value: Value): string {
  return value instanceof Placeholder ? value.of : 'what is no function';
}

/**
 * Reads one pickle of a file's bytes.
 * @returns its value, and the position behind it
 * @throws {InputError} a pickle that is cut off, broken, or has more in it than checkpoints have
 */
export function readPickle(
  bytes: Uint8Array,
  constructors: Constructors,
  file: string,
  position = 0,
): { value: Value; end: number } {
  const machine = new Machine(bytes, position, constructors, file);
  return { value: machine.run(), end: machine.position };
}
