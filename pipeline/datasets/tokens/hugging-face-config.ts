// What a `tokenizer.json` may say, as far as it is read here, and where the library for JavaScript would read it otherwise than the
// original does.
import { z } from 'zod';
import { InputError } from '../../base/errors.ts';

/** A normaliser, or what cuts into words; each kind has settings of its own. */
const part = z.looseObject({
  type: z.string(),
  get pretokenizers(): z.ZodOptional<z.ZodArray<typeof part>> {
    return z.array(part).optional();
  },
});
export type PartConfig = z.infer<typeof part>;

const normaliser = z.looseObject({
  type: z.string(),
  get normalizers(): z.ZodOptional<z.ZodArray<typeof normaliser>> {
    return z.array(normaliser).optional();
  },
});
type NormaliserConfig = z.infer<typeof normaliser>;

export const tokeniserConfig = z.looseObject({
  added_tokens: z.array(
    z.looseObject({
      id: z.int().nonnegative(),
      content: z.string(),
      single_word: z.boolean().default(false),
      lstrip: z.boolean().default(false),
      rstrip: z.boolean().default(false),
    }),
  ),
  normalizer: normaliser.nullable().default(null),
  pre_tokenizer: part.nullable().default(null),
  post_processor: z.looseObject({ type: z.string() }).nullable().default(null),
  decoder: z.looseObject({ type: z.string() }).nullable().default(null),
  model: z.looseObject({
    type: z.string().optional(),
    unk_token: z.string().nullish(),
    continuing_subword_prefix: z.string().nullish(),
    byte_fallback: z.boolean().nullish(),
  }),
});
export type TokeniserConfig = z.infer<typeof tokeniserConfig>;

/** Whether words become bytes, each written as a character that stands for it. */
export function usesBytes(config: PartConfig | null): boolean {
  return config !== null && (config.type === 'ByteLevel' || (config.pretokenizers ?? []).some(usesBytes));
}

/** Cuts at each match, of which none is left out. */
const split = (pattern: string, kept: boolean): PartConfig => ({
  type: 'Split',
  pattern: { Regex: pattern },
  behavior: kept ? 'Isolated' : 'Removed',
  invert: !kept,
});

/** What the original's \w means. */
const WORD = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\u200c\u200d';

/**
 * The same in words of the library that mean what the original means: its own \w knows ASCII alone, it leaves marks together that the
 * original takes apart, and words that begin with a metaspace.
 */
function rewritten(config: PartConfig): PartConfig {
  if (config.pretokenizers !== undefined) return { ...config, pretokenizers: config.pretokenizers.map(rewritten) };
  switch (config.type) {
    case 'Whitespace':
      return split(`[${WORD}]+|[^${WORD}\\s]+`, false);
    case 'Punctuation':
      return (config.behavior ?? 'Isolated') === 'Isolated' ? split('[!-/:-@\\[-`{-~\\p{P}]', true) : config;
    case 'Metaspace':
      return config.split === false
        ? config
        : { type: 'Sequence', pretokenizers: [config, split('\u2581[^\u2581]*|[^\u2581]+', false)] };
    default:
      return config;
  }
}

/** A tokeniser with the same normaliser, but for what that does to the beginning and the end of a text; it cuts nothing. */
export function withoutEdges(config: TokeniserConfig): TokeniserConfig {
  const inner = (part: NormaliserConfig): NormaliserConfig[] => {
    if (part.normalizers !== undefined) return [{ ...part, normalizers: part.normalizers.flatMap(inner) }];
    return part.type === 'Prepend' || part.type === 'Strip' ? [] : [part];
  };
  const { normalizer } = config;
  return {
    ...config,
    added_tokens: [],
    normalizer: normalizer === null ? null : (inner(normalizer)[0] ?? null),
    pre_tokenizer: null,
    post_processor: null,
    decoder: null,
    model: { type: 'WordPiece', vocab: {}, unk_token: '' },
  };
}

const SPLITS: readonly unknown[] = [undefined, null, 'Isolated', 'Removed'];

function refusePart(config: PartConfig, file: string): void {
  for (const inner of config.pretokenizers ?? []) refusePart(inner, file);
  const isSplit = config.type === 'Split' || config.type === 'Punctuation';
  if (!isSplit || SPLITS.includes(config.behavior)) return;
  throw new InputError(
    `It cuts words with ${config.type} and the behaviour ${String(config.behavior)}, which is not supported.`,
    { file },
    'Supported are Isolated and Removed.',
  );
}

/** As the library is to read it. @throws InputError what would be read otherwise than the original does */
export function supported(config: TokeniserConfig, file: string): TokeniserConfig {
  const { model, pre_tokenizer } = config;
  if (model.type === 'Unigram' && model.byte_fallback) {
    const fix = 'Take a tokeniser whose Unigram model has a token for what is unknown.';
    throw new InputError('Its Unigram model falls back on bytes, which is not supported.', { file }, fix);
  }
  if (pre_tokenizer === null) return config;
  refusePart(pre_tokenizer, file);
  return { ...config, pre_tokenizer: rewritten(pre_tokenizer) };
}
