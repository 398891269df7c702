// Prose that people write is shown to others: its links lead to web pages, its pictures lie beside it, and nothing in it runs.
import { existsSync, readFileSync } from 'node:fs';
import type { Element, Root, RootContent } from 'hast';
import { defaultSchema, sanitize } from 'hast-util-sanitize';

/** A picture with an address of its own, `https:…` or `//host/…`, is fetched from elsewhere or holds what it likes. */
const ADDRESSED = /^(?:[a-z][a-z0-9+.-]*:|[\\/]{2})/i;

const SCHEMA = {
  ...defaultSchema,
  // Ids are those of headings, which Astro sets after this.
  clobberPrefix: '',
  // An empty list would allow every one.
  protocols: { ...defaultSchema.protocols, href: ['http', 'https', 'mailto'], src: ['none'] },
};

type Node = Root | RootContent;

/** What is known of the file that the prose stands in. */
interface ProseFile {
  readonly path?: string;
  readonly value: unknown;
}

/**
 * A rehype plugin: leaves out links that are no web addresses (`javascript:`, `data:` …) and pictures of other hosts, their words
 * staying, and whatever else a sanitiser's schema does not know. Says so with file and line.
 */
export function safeProse() {
  return (tree: Root, file: ProseFile): Root => {
    const before = addressesIn(tree);
    const safe = sanitize(withoutForeignPictures(tree), SCHEMA) as Root;
    const after = new Set(addressesIn(safe).map(keyOf));
    for (const dropped of before.filter((address) => !after.has(keyOf(address)))) {
      console.warn(
        `note: ${placeOf(dropped, file)}: ${dropped.what} ${JSON.stringify(dropped.to)} is left out; ${dropped.why}`,
      );
    }
    return { ...safe, children: safe.children.flatMap(wordsAlone) as Root['children'] };
  };
}

interface Address {
  readonly what: 'a link to' | 'the picture';
  readonly to: string;
  readonly why: string;
  readonly line: number | undefined;
  readonly offset: number | undefined;
}

const keyOf = ({ what, to, offset }: Address) => `${what} ${to} ${offset}`;

function addressesIn(node: Node): Address[] {
  const own = node.type === 'element' ? addressOf(node) : undefined;
  const below = 'children' in node ? node.children.flatMap((child) => addressesIn(child as Node)) : [];
  return own === undefined ? below : [own, ...below];
}

function addressOf({ tagName, properties, position }: Element): Address | undefined {
  const place = { line: position?.start.line, offset: position?.start.offset };
  const { href, src } = properties;
  if (tagName === 'a' && typeof href === 'string') {
    return { what: 'a link to', to: href, why: 'links may be http:, https:, mailto: or relative.', ...place };
  }
  if (tagName !== 'img' || typeof src !== 'string') return undefined;
  return { what: 'the picture', to: src, why: 'pictures are files beside the text.', ...place };
}

function withoutForeignPictures<T extends Node>(node: T): T {
  if (node.type === 'element' && node.tagName === 'img' && ADDRESSED.test(plain(String(node.properties.src)))) {
    const { src: _, ...properties } = node.properties;
    return { ...node, properties };
  }
  if (!('children' in node)) return node;
  return { ...node, children: node.children.map((child) => withoutForeignPictures(child as Node)) } as T;
}

/** As browsers read an address: without the control characters and spaces that may hide what it is. */
function plain(address: string): string {
  return [...address].filter((character) => character > ' ').join('');
}

/** A link without an address becomes its words, and a picture without one its description. */
function wordsAlone(node: RootContent): RootContent[] {
  if (!('children' in node) || node.type !== 'element') return [node];
  const children = node.children.flatMap((child) => wordsAlone(child)) as Element['children'];
  const { tagName, properties } = node;
  if (tagName === 'a' && properties.href === undefined) return children;
  if (tagName === 'img' && properties.src === undefined) return [{ type: 'text', value: String(properties.alt ?? '') }];
  return [{ ...node, children }];
}

/** File and line; Astro hands over the prose without its front matter. */
function placeOf({ line }: Address, file: ProseFile): string {
  const path = String(file.path ?? 'prose');
  if (line === undefined || !existsSync(path)) return path;
  const whole = readFileSync(path, 'utf8');
  const start = Math.max(0, whole.indexOf(String(file.value)));
  return `${path}:${whole.slice(0, start).split('\n').length - 1 + line}`;
}
