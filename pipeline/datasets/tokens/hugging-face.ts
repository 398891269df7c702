// A `tokenizer.json` of Hugging Face: its library for JavaScript normalises, cuts into words and divides these; which characters of
// the text a token stands for is found out here, since it does not say.
import { Tokenizer } from '@huggingface/tokenizers';
import { InputError } from '../../base/errors.ts';
import { type Characters, lineAndColumn, toCharacters } from '../../base/positions.ts';
import { type Aligned, alignBytes, alignNormalised, type Normaliser, type Placed, placeWords } from './alignment.ts';
import { supported, type TokeniserConfig, tokeniserConfig, usesBytes, withoutEdges } from './hugging-face-config.ts';
import { type Tokeniser, TokenList } from './tokeniser.ts';

/** What is asked of the library, whose own types are not found by every resolution of modules. */
interface Library {
  decode(ids: number[], options: { readonly clean_up_tokenization_spaces: boolean }): string;
  readonly normalizer: { normalize(text: string): string } | null;
  readonly pre_tokenizer: { pre_tokenize(text: string, options: { readonly section_index: number }): string[] } | null;
  readonly model: {
    readonly vocab: readonly (string | undefined)[];
    readonly tokens_to_ids: ReadonlyMap<string, number>;
    readonly unk_token_id?: number | undefined;
    readonly end_of_word_suffix?: string | undefined;
    readonly fuse_unk: boolean;
    encode(words: string[]): string[];
  };
}

/** Whether some JSON is such a file, broken or not. */
export function isHuggingFaceFile(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'model' in json && 'added_tokens' in json;
}

/**
 * @returns undefined where it is broken
 * @throws InputError what the library, or this pipeline, does not support
 */
export function parseHuggingFace(json: unknown, file: string): Tokeniser | undefined {
  const parsed = tokeniserConfig.safeParse(json);
  if (!parsed.success) return undefined;
  const config = supported(parsed.data, file);
  requireNumbers(config, file);
  let library: Library;
  try {
    library = opened(config, { unk_token: config.model.unk_token ?? undefined });
  } catch (error) {
    const fix = 'Take a tokeniser of BPE, WordPiece, Unigram or WordLevel with customary parts.';
    throw new InputError(`Its library cannot read it: ${(error as Error).message}.`, { file }, fix);
  }
  return tokeniserOf(library, config, file);
}

/** Several times as many tokens as the largest tokeniser has. */
const MOST_TOKENS = 2 ** 22;

/** The library makes a list that reaches to the largest number. @throws InputError a token whose number is none */
function requireNumbers({ model, added_tokens: added }: TokeniserConfig, file: string): void {
  const { vocab } = model;
  const own = typeof vocab === 'object' && vocab !== null && !Array.isArray(vocab) ? Object.entries(vocab) : [];
  const all = [...own, ...added.map(({ content, id }): [string, unknown] => [content, id])];
  const wrong = all.find(([, id]) => !(Number.isInteger(id) && Number(id) >= 0 && Number(id) < MOST_TOKENS));
  if (wrong === undefined) return;
  throw new InputError(
    `Its token ${JSON.stringify(wrong[0])} has the number ${JSON.stringify(wrong[1])}; tokens are numbered from 0 on, and are fewer than ${MOST_TOKENS.toLocaleString('en')}.`,
    { file },
    'The file is damaged: save or fetch it again.',
  );
}

function opened(config: TokeniserConfig, settings: { readonly unk_token?: string | undefined } = {}): Library {
  return new Tokenizer(config, settings) as unknown as Library;
}

function tokeniserOf(library: Library, config: TokeniserConfig, file: string): Tokeniser {
  const model = library.model;
  const names = Array.from(model.vocab, (token) => token ?? '');
  const unknown = model.unk_token_id ?? null;
  const reader = new Reader(library, config, file);
  const around = config.post_processor?.type !== undefined && config.post_processor.type !== 'ByteLevel';
  return {
    kind: 'hugging-face',
    tokens: names,
    unknown,
    said: `what ${config.model.type ?? 'its model'} makes of ${usesBytes(config.pre_tokenizer) ? 'bytes' : 'words'}, as its tokenizer.json says`,
    assumed: around
      ? ['What the tokeniser puts around a text for other uses, such as [CLS] and [SEP], is left out.']
      : [],
    cutting: null,
    encode: (characters, text) => reader.read(characters, text),
    decode(ids) {
      const known = [...ids].filter((id) => names[id] !== undefined && names[id] !== '');
      // What the file itself does not ask for is left alone.
      return known.length === 0 ? '' : library.decode(known, { clean_up_tokenization_spaces: false });
    },
  };
}

/** A token of the vocabulary that stands in the text as it is. */
type Added = TokeniserConfig['added_tokens'][number];

interface Section {
  readonly start: number;
  readonly end: number;
  readonly added?: Added;
}

class Reader {
  readonly #library: Library;
  readonly #config: TokeniserConfig;
  readonly #file: string;
  readonly #bytes: readonly string[] | undefined;
  readonly #normaliser: Normaliser;

  constructor(library: Library, config: TokeniserConfig, file: string) {
    this.#library = library;
    this.#config = config;
    this.#file = file;
    this.#bytes = usesBytes(config.pre_tokenizer) ? byteNames() : undefined;
    const { normalizer } = library;
    const ofParts = opened(withoutEdges(config)).normalizer;
    this.#normaliser = {
      whole: (text) => normalizer?.normalize(text) ?? text,
      part: (text) => ofParts?.normalize(text) ?? text,
    };
  }

  read(characters: Characters, textFile: string | undefined) {
    const list = new TokenList();
    this.#sections(characters).forEach(({ start, end, added }, index) => {
      if (added !== undefined) list.add(added.id, start, end);
      else
        this.#readSection(characters.slice(start, end), start, index, list, () =>
          this.#lost(characters, start, textFile),
        );
    });
    return list.finish();
  }

  /** Cuts a text at the added tokens in it, of which the longest counts. */
  #sections(characters: Characters): Section[] {
    const { added_tokens } = this.#config;
    const text = characters.join('');
    const found = added_tokens.filter(({ content }) => content !== '' && text.includes(content));
    const sections: Section[] = [];
    let from = 0;
    for (let at = 0; at < characters.length && found.length > 0; at++) {
      const here = found.filter(({ content, single_word }) => {
        const own = toCharacters(content);
        const isHere = own.every((character, k) => characters[at + k] === character);
        return isHere && !(single_word && (isWord(characters[at - 1]) || isWord(characters[at + own.length])));
      });
      const added = here.sort((a, b) => b.content.length - a.content.length)[0];
      if (added === undefined) continue;
      const end = at + toCharacters(added.content).length;
      let until = at;
      if (added.lstrip) while (until > from && isSpace(characters[until - 1])) until -= 1;
      if (until > from) sections.push({ start: from, end: until });
      sections.push({ start: at, end, added });
      from = end;
      if (added.rstrip) while (from < characters.length && isSpace(characters[from])) from += 1;
      at = from - 1;
    }
    if (from < characters.length) sections.push({ start: from, end: characters.length });
    return sections;
  }

  #readSection(own: Characters, start: number, index: number, list: TokenList, lost: () => InputError): void {
    const { pre_tokenizer } = this.#library;
    const seen = alignNormalised(own, start, this.#normaliser);
    if (seen === undefined) throw lost();
    const bytes = this.#bytes;
    const aligned = bytes === undefined ? seen : alignBytes(seen, (byte) => bytes[byte]!);
    const text = seen.pieces.join('');
    if (text === '') return;
    const words = pre_tokenizer === null ? [text] : pre_tokenizer.pre_tokenize(text, { section_index: index });
    const placed = placeWords(words, aligned, bytes?.[0x20] ?? ' ');
    if (placed === undefined) throw lost();
    words.forEach((word, k) => {
      if (!this.#readWord(word, placed[k]!, aligned, list)) throw lost();
    });
  }

  /** @returns whether all of its tokens could be placed */
  #readWord(word: string, { from, to, added }: Placed, aligned: Aligned, list: TokenList): boolean {
    const model = this.#library.model;
    const { continuing_subword_prefix: prefix, type, byte_fallback: fallsBack } = this.#config.model;
    const suffix = model.end_of_word_suffix ?? '';
    const isWhole = type === 'WordPiece' || type === 'WordLevel';
    const letters = [...word];
    const tokens = model.encode([word]);
    const spanOf = (first: number, end: number) => {
      // Letters that were added in front stand for nothing; alone they are given the character that follows.
      const [a, b] = [Math.max(from, from + first - added), Math.max(from, from + end - added)];
      if (b > a) return [aligned.starts[a]!, aligned.ends[b - 1]!] as const;
      const next = Math.min(a, aligned.starts.length - 1);
      return [aligned.starts[next]!, aligned.ends[next]!] as const;
    };
    let at = 0;
    let bytesLeft = 0;
    let wasUnknown = false;
    for (const [k, token] of tokens.entries()) {
      const id = model.tokens_to_ids.get(token);
      const isUnknown = id === undefined || (id === model.unk_token_id && !word.includes(token));
      let length: number;
      if (isUnknown) length = isWhole ? letters.length - at : id === undefined ? [...token].length : 1;
      else if (fallsBack && /^<0x[0-9A-F]{2}>$/.test(token)) {
        if (bytesLeft === 0) bytesLeft = new TextEncoder().encode(letters[at]).length;
        bytesLeft -= 1;
        const [start, end] = spanOf(at, at + 1);
        list.add(id, start, end);
        if (bytesLeft === 0) at += 1;
        continue;
      } else {
        const plain = k > 0 && prefix && token.startsWith(prefix) ? token.slice(prefix.length) : token;
        const surface = suffix !== '' && plain.endsWith(suffix) ? plain.slice(0, -suffix.length) : plain;
        const own = [...surface];
        // What the model has no token for at all, and drops.
        while (at < letters.length && !own.every((letter, j) => letters[at + j] === letter)) {
          at += 1;
          list.leftOut += 1;
        }
        length = own.length;
      }
      if (at + length > letters.length) return false;
      const [start, end] = spanOf(at, at + length);
      at += length;
      if (!isUnknown) list.add(id, start, end);
      else if (model.unk_token_id === undefined) list.leftOut += 1;
      else if (wasUnknown && model.fuse_unk) list.extend(end);
      else {
        list.unknown += 1;
        list.add(model.unk_token_id, start, end);
      }
      wasUnknown = isUnknown;
    }
    list.leftOut += letters.length - at;
    return to - from === letters.length - added;
  }

  #lost(characters: Characters, position: number, file: string | undefined): InputError {
    return new InputError(
      `It cannot be told which characters of the text the tokens of ${this.#file} stand for.`,
      { ...(file === undefined ? {} : { file }), ...lineAndColumn(characters, position) },
      'Take a text without what its normaliser changes beyond recognition, or give activations with the spans of their tokens.',
    );
  }
}

const isSpace = (character: string | undefined): boolean => character !== undefined && /\s/u.test(character);
const isWord = (character: string | undefined): boolean => character !== undefined && /[\p{L}\p{N}_]/u.test(character);

/** The visible character that stands for each byte in byte-level tokens: itself where it has one in Latin-1, else one from 256 on. */
function byteNames(): string[] {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const isVisible = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    return String.fromCodePoint(isVisible ? byte : next++);
  });
}
