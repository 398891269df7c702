// Scores of shards that are merged, against those of the whole, by the commands as they are typed.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCorpus } from '../../../pipeline/content/corpora.ts';
import { buildVocabulary } from '../../../pipeline/datasets/text/vocabulary.ts';
import { makeFolder } from '../../../pipeline/files/files.ts';
import { hashFile } from '../../../pipeline/files/hash.ts';
import { untrainedTwin } from '../../../pipeline/gallery/twin.ts';
import type { Architecture } from '../../../pipeline/lstm/parameters.ts';
import { writeCard } from '../../../pipeline/models/formats/own/card.ts';
import { writeParameters } from '../../../pipeline/models/formats/own/parameters.ts';
import { writeMade } from '../../fixtures/activations/made.ts';
import { GALLERY, writeContent } from '../../fixtures/build/content.ts';
import { prose } from '../../fixtures/build/prose.ts';
import { output, run } from '../in-process.ts';

const home = mkdtempSync(join(tmpdir(), 'cellarium-shards-'));
const content = writeContent(home);
const made = join(home, 'made.safetensors');
afterAll(() => rmSync(home, { recursive: true, force: true }));

const options = ['--content', content, '--threads', '1', '--engine', 'reference'];
const merging = ['--content', content, '--threads', '1'];
const tallyOf = (name: string) => join(home, `${name}.tally`);

/** A model that knows nothing, which is as good as any here. */
beforeAll(() => {
  const { text } = loadCorpus(content, 'lexicon');
  const vocabulary = buildVocabulary(text);
  const width = vocabulary.length;
  const architecture: Architecture = {
    ...{ inputs: width, units: [6, 5], outputs: width },
    ...{ cellActivation: 'tanh', recurrentActivation: { kind: 'sigmoid' } },
  };
  const folder = join(content, 'models', 'tiny');
  const file = 'model.safetensors';
  makeFolder(folder);
  writeParameters(join(folder, file), architecture, untrainedTwin(architecture));
  const weights = { file, sha256: hashFile(join(folder, file)) };
  writeCard(folder, {
    vocabulary,
    architecture,
    weights,
    chosenEpoch: null,
    loss: null,
    run: {},
    body: '',
  });
  writeMade(made, prose(6000));
});

/** Tallies of all shards, by name. */
async function tallyAll(scored: string, of: number, name: string): Promise<string[]> {
  const paths = Array.from({ length: of }, (_, index) => tallyOf(`${name}-${index + 1}`));
  for (const [index, path] of paths.entries()) {
    await output('score', scored, '--shard', `${index + 1}/${of}`, '--out', path, ...options);
  }
  return paths;
}

describe('merged tallies', () => {
  it.each([
    ['a gallery', GALLERY, 3],
    ['a file of activations', made, 2],
  ])(
    'print the very scores of %s',
    async (_, scored, of) => {
      const whole = await output('score', scored, '--json', ...options);
      const paths = await tallyAll(scored, of, `${of}`);
      expect(await output('merge', ...paths.toReversed(), '--json', ...merging)).toBe(whole);
      const out = join(home, 'scores.json');
      expect(await output('merge', ...paths, '--json', '--out', out, ...merging)).toBe('');
      expect(readFileSync(out, 'utf8')).toBe(whole);
    },
    120_000,
  );
});

describe('shards that share a store', () => {
  const store = join(home, 'store');
  const quick = [...merging, '--engine', 'onnx'];
  const stored = (...args: string[]) => run('score', GALLERY, '--store', store, ...args, ...quick);
  const files = () => {
    const [folder] = readdirSync(store);
    const paths = readdirSync(join(store, folder!), { recursive: true, encoding: 'utf8' });
    return paths.map((path) => join(store, folder!, path)).filter((path) => statSync(path).isFile());
  };
  const states = () => files().map((path) => [path, statSync(path).ino, hashFile(path)]);

  it('wait for each other while starts are found, and print the very scores of the whole', async () => {
    const whole = await output('score', GALLERY, '--json', ...quick);
    // Neither knows where its segments start before all have been read.
    for (const shard of ['2/3', '3/3']) {
      const waits = await stored('--shard', shard);
      expect(waits.status).toBe(75);
      expect(waits.stdout).toContain('round 1 waits for shard');
    }
    expect(await stored('--shards', '3', '--merge-only')).toMatchObject({ status: 75 });
    expect(await stored('--shard', '1/3')).toMatchObject({ status: 0, stdout: 'shard 1 of 3: tallied\n' });
    expect(await stored('--shards', '3', '--index', '1')).toMatchObject({
      status: 0,
      stdout: 'shard 2 of 3: tallied\n',
    });
    expect((await stored('--shards', '3', '--merge-only')).stdout).toContain('waits for shard 3');
    const finished = await stored('--shards', '3', '--json');
    expect(finished.stdout).toBe(whole);
    expect(finished.stderr).toMatch(
      /twin: the segments join after \d+ rounds, with(out a gap| a gap of at most \d\.\de-\d+)/,
    );

    const before = states();
    const out = join(home, 'stored.json');
    expect(await stored('--shards', '3', '--merge-only', '--json', '--out', out)).toMatchObject({
      status: 0,
      stdout: '',
    });
    expect(readFileSync(out, 'utf8')).toBe(whole);
    expect(states()).toEqual(before);

    // Again with the cells in two shares: the starts are there, and two tallies a shard come to it.
    const shared = ['--shards', '3', '--cell-shares', '2'];
    expect(await stored(...shared, '--index', '4')).toMatchObject({ stdout: 'shard 2 of 3, cells 2 of 2: tallied\n' });
    expect((await stored(...shared, '--json')).stdout).toBe(whole);
    expect(states()).toHaveLength(before.length + 2 * 3 * 2);
  }, 300_000);

  it('are made anew where a byte has changed, and nothing else is', async () => {
    const whole = readFileSync(join(home, 'stored.json'), 'utf8');
    const before = states();
    for (const kind of [/model.*tally-2-of-3$/, /twin.*round-2\.ends-3-of-3$/, /twin.*round-2$/]) {
      const path = files().find((file) => kind.test(file))!;
      const bytes = readFileSync(path);
      bytes[bytes.length - 20]! ^= 4;
      writeFileSync(path, bytes);
      const finished = await stored('--shards', '3', '--json');
      expect(finished).toMatchObject({ status: 0, stdout: whole });
      expect(finished.stderr).toContain(`${path} is made anew: Its bytes are not`);
    }
    const after = states();
    expect(after.map(([path, , hash]) => [path, hash])).toEqual(before.map(([path, , hash]) => [path, hash]));
  }, 300_000);

  it('take only options that go together', async () => {
    for (const [args, what] of [
      [['--shards', '3'], 'for scoring with a --store'],
      [['--store', store], 'takes the number of --shards'],
      [['--store', store, '--index', '3', '--shards', '3'], 'goes from 0 to 2'],
      [['--store', store, '--shard', '1/3', '--out', 'a'], 'for the scores of all --shards'],
      [['--store', store, '--shard', '1/3', '--merge-only'], 'for all --shards'],
    ] as const) {
      const { status, stderr } = await run('score', GALLERY, ...args, ...options);
      expect(status).toBe(2);
      expect(stderr).toContain(what);
    }
    const file = await run('score', made, '--store', store, '--shards', '2', ...options);
    expect(file).toMatchObject({ status: 1 });
    expect(file.stderr).toContain('is a file of activations, whose shards need no store');
  });
});

describe('what does not make up a text is refused', () => {
  const refused = async (...args: string[]) => {
    const { status, stderr, stdout } = await run(...args, ...(args[0] === 'merge' ? merging : options));
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    return stderr;
  };

  it('a shard that there is not', async () => {
    const beyond = await run('score', GALLERY, '--shard', '17/16', ...options);
    expect(beyond.status).toBe(2);
    expect(beyond.stderr).toContain('There is no shard 17 of 16');
    expect(beyond.stderr).toContain('from 1/16 to 16/16');
    const none = await run('score', GALLERY, '--shard', '0/16', ...options);
    expect(none.status).toBe(2);
    expect(none.stderr).toContain('There is no shard 0 of 16');
    expect(await refused('score', GALLERY, '--shard', '3/1000')).toContain('too few for 1000 shards');
  });

  it('a share that is none, JSON of a tally, and a file for scores that are printed', async () => {
    for (const shard of ['3', '1/2/3', 'a/b', '-1/2']) {
      expect((await run('score', GALLERY, '--shard', shard, ...options)).status).not.toBe(0);
    }
    expect((await run('score', GALLERY, '--shard', '1/2', '--json', ...options)).stderr).toContain(
      'cannot be used with',
    );
    expect((await run('score', GALLERY, '--out', 'a', ...options)).stderr).toContain('--out is for the tally of');
  });

  it('shards that are missing, doubled, foreign, damaged or out of date', async () => {
    const [first, second, third] = [1, 2, 3].map((shard) => tallyOf(`3-${shard}`)) as [string, string, string];
    const missing = await refused('merge', first, third);
    expect(missing).toContain('Shard 2 of 3 is missing');
    expect(missing).toContain('--shard 2/3');
    expect(await refused('merge', first)).toContain('Shards 2, 3 of 3 are missing');
    expect(await refused('merge', first, second, third, second)).toContain(`It is shard 2 of 3, and so is ${second}`);

    const other = tallyOf('2-1');
    expect(await refused('merge', first, other)).toContain(`${other}: It is a tally of another text than ${first}`);
    const quarter = tallyOf('quarter');
    expect(await output('score', GALLERY, '--shard', '2/4', '--out', quarter, ...options)).toMatch(
      /: characters \d+ to \d+, shard 2 of 4\n$/,
    );
    expect(await refused('merge', first, quarter)).toContain(
      `${quarter}: It is one of 4 shards, and ${first} is one of 3`,
    );

    const bytes = readFileSync(second);
    const damaged = tallyOf('damaged');
    writeFileSync(damaged, bytes.subarray(0, bytes.length - 5));
    expect(await refused('merge', first, damaged, third)).toMatch(/damaged\.tally, .*the file is cut off/);
    bytes[bytes.length - 100]! ^= 1;
    writeFileSync(damaged, bytes);
    expect(await refused('merge', first, damaged, third)).toContain('Its bytes are not those written');
    expect(await refused('merge', join(content, 'corpora', 'text.txt'))).toContain('no safetensors file');

    const text = join(content, 'corpora', 'text.txt');
    const before = readFileSync(text, 'utf8');
    writeFileSync(text, before.replace('keys', 'skye'));
    expect(await refused('merge', first, second, third)).toContain(
      `It is a tally of another text than "${GALLERY}" has now`,
    );
    writeFileSync(text, before);
    expect(readdirSync(home).filter((name) => name.includes('partial'))).toEqual([]);
  });
});
