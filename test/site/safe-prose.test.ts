import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createMarkdownProcessor } from '@astrojs/markdown-remark';
import { afterEach, expect, it, vi } from 'vitest';
import { safeProse } from '../../src/lib/safe-prose.ts';
import { temporaryFolder } from '../temporary.ts';

afterEach(() => void vi.restoreAllMocks());

/** Renders prose as Astro does, below front matter of three lines. @returns the HTML and what was said */
async function rendered(prose: string, rehypePlugins = [safeProse]) {
  const file = join(temporaryFolder(), 'alice.md');
  writeFileSync(file, `---\ntitle: Alice\n---\n${prose}`);
  const said: string[] = [];
  vi.spyOn(console, 'warn').mockImplementation((line: string) => void said.push(line.replace(file, 'alice.md')));
  const processor = await createMarkdownProcessor({ rehypePlugins, syntaxHighlight: false });
  const { code } = await processor.render(prose, { fileURL: pathToFileURL(file) });
  return { code, said };
}

const PLANTED = [
  '[words](javascript:alert(1))',
  '[words](JaVaScRiPt:alert(1))',
  '[words](vbscript:x)',
  '[words](data:text/html,<script>alert(1)</script>)',
  '[words](java&#10;script:alert(1))',
  '[words](&#106;avascript:alert(1))',
  '[words](<java\tscript:alert(1)>)',
  '[words](file:///etc/passwd)',
  '[words][reference]\n\n[reference]: javascript:alert(1)',
];

it.each(PLANTED)('keeps the words of %j and drops where it leads, with file and line', async (planted) => {
  const { code, said } = await rendered(`One.\n\n${planted}\n`);
  expect(code).toContain('words');
  expect(code).not.toContain('<a');
  expect(code).not.toMatch(/(script|data|file):/i);
  expect(said).toEqual([expect.stringMatching(/^note: alice\.md:6: a link to ".*" is left out; links may be/)]);
});

it.each([
  '![words](http://host.example/track.png)',
  '![words](//host.example/track.png)',
  '![words](data:image/svg+xml;base64,PHN2Zz4=)',
  '![words](javascript:alert(1))',
])('shows the description of the picture %j, which is not one of the site’s', async (planted) => {
  const { code, said } = await rendered(`${planted}\n`);
  expect(code).toBe('<p>words</p>');
  expect(said).toEqual([expect.stringMatching(/^note: alice\.md:4: the picture ".*" is left out; pictures are files/)]);
});

it('leaves everything else as it is', async () => {
  const prose =
    '## A heading\n\n*It* is [here](https://example.org/a?b=c#d), [there](../cells/2-139/) and [a letter](mailto:a@example.org).\n\n' +
    '| a | b |\n| --- | ---: |\n| 1 | `2` |\n\n- [x] done\n\n```js\nlet x;\n```\n\nA note.[^1]\n\n[^1]: Below.\n\n~~gone~~ **bold** ![map](map.png)\n';
  const { code, said } = await rendered(prose);
  const plain = await rendered(prose, []);
  expect(said).toEqual([]);
  expect(code).toBe(plain.code);
});
