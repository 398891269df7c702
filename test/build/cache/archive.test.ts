import {
  chmodSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { create } from 'tar';
import { describe, expect, it } from 'vitest';
import { exportCache } from '../../../pipeline/build/cache/export.ts';
import { importCache } from '../../../pipeline/build/cache/import.ts';
import { runStage } from '../../../pipeline/build/stage.ts';
import { hashFile, hashTree } from '../../../pipeline/files/hash.ts';
import { temporaryFolder } from '../../temporary.ts';

/** Runs a stage that writes two files, one of them below a folder, or takes what it made before. */
function stage(folder: string, name: string, text = name) {
  return runStage(
    {
      name,
      module: import.meta.url,
      inputs: { text },
      folder,
      run(output) {
        mkdirSync(join(output, 'cells'));
        writeFileSync(join(output, 'cells', '1-0.json'), `"${text}"`);
        writeFileSync(join(output, 'all.bin'), text.repeat(5_000));
      },
    },
    () => {},
  );
}

const STAGES = ['front', 'alice/pages', 'alice/scores', 'weather/scores'];

/** A cache of two galleries, with all that a build leaves beside the stages. */
async function filledCache(): Promise<string> {
  const cache = join(temporaryFolder(), 'cache');
  for (const path of STAGES) await stage(join(cache, dirname(path)), path.split('/').at(-1)!);
  await stage(cache, 'site');
  for (const path of ['.published/abc', 'texts/abc.txt', 'alice/pages/.astro/kept.json']) {
    mkdirSync(dirname(join(cache, path)), { recursive: true });
    writeFileSync(join(cache, path), 'left behind');
  }
  return cache;
}

/** A cache, the file it was exported to, and an empty cache that is to take it in. */
async function exported() {
  const cache = await filledCache();
  const file = join(dirname(cache), 'cache.tar.gz');
  const report = await exportCache(file, { cache });
  const target = join(temporaryFolder(), 'elsewhere', 'cache');
  return { cache, file, report, target };
}

const outcomes = (stages: readonly { stage: string; outcome: string }[]) =>
  Object.fromEntries(stages.map(({ stage, outcome }) => [stage, outcome]));

const all = (outcome: string) => Object.fromEntries(STAGES.map((path) => [path, outcome]));

/** An archive of files below a folder, as any tool may make one. */
async function foreignArchive(folder: string, paths: string[]): Promise<string> {
  const file = join(temporaryFolder(), 'foreign.tar.gz');
  await create({ file, cwd: folder, preservePaths: true }, paths);
  writeFileSync(file, gzipSync(readFileSync(file)));
  return file;
}

describe('an exported cache', () => {
  it('is taken in elsewhere, byte for byte, and every stage of it is reused', async () => {
    const { cache, file, report, target } = await exported();
    expect(outcomes(report.stages)).toEqual(all('exported'));
    expect(report.sha256).toBe(hashFile(file));
    const taken = await importCache(file, { cache: target, sha256: report.sha256.toUpperCase() });
    expect(taken).toMatchObject({ sha256: report.sha256, damage: null });
    expect(outcomes(taken.stages)).toEqual(all('imported'));
    for (const path of STAGES) {
      expect(hashTree(join(target, path, 'files'))).toBe(hashTree(join(cache, path, 'files')));
      expect((await stage(join(target, dirname(path)), path.split('/').at(-1)!)).ran).toBe(false);
    }
    expect(readdirSync(target).sort()).toEqual(['alice', 'front', 'weather']);
    expect(readdirSync(join(target, 'alice', 'pages')).sort()).toEqual(['files', 'manifest.json']);
  });

  it('has the same bytes for the same stages, whatever their times, rights and second names are', async () => {
    const { cache, file } = await exported();
    const copy = join(temporaryFolder(), 'a longer name', 'cache');
    cpSync(cache, copy, { recursive: true });
    const changed = join(copy, 'alice', 'scores', 'files', 'all.bin');
    utimesSync(changed, 1, 1);
    chmodSync(changed, 0o700);
    linkSync(changed, join(copy, 'alice', 'second-name'));
    const other = join(temporaryFolder(), 'other.tar.gz');
    await exportCache(other, { cache: copy });
    expect(hashFile(other)).toBe(hashFile(file));
  });

  it('holds the galleries that were named, and no stage that is not whole', async () => {
    const { cache, file } = await exported();
    rmSync(join(cache, 'alice', 'pages', 'files', 'all.bin'));
    writeFileSync(join(cache, 'alice', 'scores', 'files', 'all.bin'), 'Scores'.repeat(5_000));
    const { stages } = await exportCache(file, { cache, galleries: ['alice'] });
    expect(stages).toMatchObject([
      { stage: 'front', outcome: 'exported' },
      { stage: 'alice/pages', outcome: 'left out', why: 'all.bin is missing' },
      { stage: 'alice/scores', outcome: 'left out', why: 'its bytes are not those of its manifest' },
    ]);
    const target = join(temporaryFolder(), 'cache');
    expect(outcomes((await importCache(file, { cache: target })).stages)).toEqual({ front: 'imported' });
  });

  it('says what is missing where there is nothing to export, and writes nothing', async () => {
    const cache = await filledCache();
    const file = join(temporaryFolder(), 'none.tar.gz');
    await expect(exportCache(file, { cache, galleries: ['alise'] })).rejects.toThrow('Did you mean "alice"?');
    await expect(exportCache(file, { cache: join(cache, 'none') })).rejects.toThrow('Build first');
    expect(existsSync(file)).toBe(false);
    await expect(exportCache(join(cache, 'front'), { cache })).rejects.toThrow('Cannot write it');
    expect(readdirSync(dirname(cache))).toEqual(['cache']);
  });

  it('leaves a stage alone that is there already, and replaces one that differs or is damaged', async () => {
    const { file, target } = await exported();
    await importCache(file, { cache: target });
    await stage(join(target, 'alice'), 'scores', 'others');
    writeFileSync(join(target, 'weather', 'scores', 'files', 'all.bin'), 'Scores'.repeat(5_000));
    const { stages } = await importCache(file, { cache: target });
    expect(outcomes(stages)).toEqual({
      ...all('there already'),
      'alice/scores': 'replaced',
      'weather/scores': 'replaced',
    });
    expect((await stage(join(target, 'alice'), 'scores')).ran).toBe(false);
  });
});

/** Whether it is compressed otherwise and yet the same: in what repeats itself a byte may be copied from several places. */
function unpacksTo(bytes: Uint8Array, content: Buffer): boolean {
  try {
    return gunzipSync(bytes).equals(content);
  } catch {
    return false;
  }
}

describe('a file that is damaged', () => {
  it('gives the stages that are whole, and names the one that is not', async () => {
    const { file, target } = await exported();
    const bytes = gunzipSync(readFileSync(file));
    bytes[bytes.indexOf('scoresscores')]! ^= 1;
    writeFileSync(file, gzipSync(bytes));
    const { stages, damage } = await importCache(file, { cache: target });
    expect(damage).toBeNull();
    expect(outcomes(stages)).toEqual({ ...all('imported'), 'alice/scores': 'damaged' });
    expect(existsSync(join(target, 'alice', 'scores'))).toBe(false);
    expect(readdirSync(target).sort()).toEqual(['alice', 'front', 'weather']);
  });

  it('is told wherever a byte of it is flipped or it is cut off, and no damaged stage is taken', async () => {
    const { cache, file, target } = await exported();
    const whole = readFileSync(file);
    const content = gunzipSync(whole);
    // The ten bytes of gzip's head say nothing of the content.
    for (let at = 10; at < whole.length; at += Math.ceil(whole.length / 40)) {
      const flipped = Uint8Array.from(whole);
      flipped[at]! ^= 8;
      for (const bytes of [flipped, whole.subarray(0, at)]) {
        writeFileSync(file, bytes);
        rmSync(target, { recursive: true, force: true });
        const result = await importCache(file, { cache: target }).catch((error: Error) => error.message);
        if (typeof result === 'string') {
          // What is flipped may be a name.
          expect(result).toMatch(/^\S+: It (is no cache that was exported, or damaged: |holds a file that no export)/);
          expect(readdirSync(target)).toEqual([]);
        } else {
          expect(result.damage === null).toBe(unpacksTo(bytes, content));
          for (const { stage: path, outcome } of result.stages) {
            const home = join(target, path);
            if (outcome === 'imported')
              expect(hashTree(join(home, 'files'))).toBe(hashTree(join(cache, path, 'files')));
            else expect(existsSync(home)).toBe(false);
          }
        }
      }
    }
  });
});

describe('a file that no export wrote is refused, and nothing of it is taken:', () => {
  it('one with another hash than the one that was published', async () => {
    const { file, report, target } = await exported();
    await expect(importCache(file, { cache: target, sha256: '0'.repeat(64) })).rejects.toThrow(
      `Its SHA-256 is ${report.sha256}, not 000`,
    );
    expect(existsSync(target)).toBe(false);
  });

  const stagesFile = 'alice/scores/files/a.json';
  const cases: [title: string, paths: string[], prepare: (folder: string) => void, says: string][] = [
    ['a link', [stagesFile], (folder) => symlinkSync('/etc/passwd', join(folder, stagesFile)), 'SymbolicLink'],
    [
      'a hard link',
      [stagesFile, 'alice/scores/files/b.json'],
      (folder) => {
        writeFileSync(join(folder, stagesFile), '1');
        linkSync(join(folder, stagesFile), join(folder, 'alice/scores/files/b.json'));
      },
      'kind Link',
    ],
    ['a folder', ['alice/scores'], () => {}, 'kind Directory'],
    [
      'a way out',
      ['alice/scores/files/../../../../out.json'],
      (folder) => writeFileSync(join(folder, '..', 'out.json'), '1'),
      '"alice/scores/files/../../../../out.json"',
    ],
    ['a way up', ['../out.json'], (folder) => writeFileSync(join(folder, '..', 'out.json'), '1'), '"../out.json"'],
    ['no stage', ['notes.txt'], (folder) => writeFileSync(join(folder, 'notes.txt'), '1'), '"notes.txt"'],
    [
      'what a stage does not hold',
      ['alice/scores/run.sh'],
      (folder) => writeFileSync(join(folder, 'alice/scores/run.sh'), '1'),
      '"alice/scores/run.sh"',
    ],
    [
      'a file twice',
      [stagesFile, stagesFile],
      (folder) => writeFileSync(join(folder, stagesFile), '1'),
      `It holds ${stagesFile} twice`,
    ],
  ];

  it.each(cases)('one that holds %s', async (_, paths, prepare, says) => {
    const folder = join(temporaryFolder(), 'made', 'elsewhere');
    mkdirSync(join(folder, 'alice', 'scores', 'files'), { recursive: true });
    prepare(folder);
    const file = await foreignArchive(folder, paths);
    const target = temporaryFolder();
    await expect(importCache(file, { cache: target })).rejects.toThrow(says);
    expect(readdirSync(target)).toEqual([]);
  });

  it.each([
    ['text', Buffer.from('Once upon a time.')],
    ['compressed text', gzipSync('Once upon a time. '.repeat(100))],
    ['what is compressed twice', gzipSync(gzipSync('Once upon a time.'))],
    ['nothing', new Uint8Array()],
    ['compressed zeros', gzipSync(new Uint8Array(2 ** 16))],
  ])('%s', async (_, bytes) => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, bytes);
    const target = temporaryFolder();
    await expect(importCache(file, { cache: target })).rejects.toThrow('It is no cache that was exported');
    expect(readdirSync(target)).toEqual([]);
  });
});
