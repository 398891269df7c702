// What lies in a store: read back as it was written, and never where it is not whole.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  readBins,
  readEndsFile,
  readRound,
  writeBins,
  writeEnds,
  writeRound,
} from '../../pipeline/distributed/state-files.ts';
import { folderStore, openWhole } from '../../pipeline/files/store.ts';
import type { Architecture } from '../../pipeline/lstm/parameters.ts';
import { createBinEdges } from '../../pipeline/scoring/tally/bin-edges.ts';
import type { FoundEnds } from '../../pipeline/trace/ends.ts';
import type { Round } from '../../pipeline/trace/rounds.ts';

const folder = mkdtempSync(join(tmpdir(), 'cellarium-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'item');

const LSTM: Architecture = {
  ...{ inputs: 3, units: [2, 1], outputs: 3 },
  ...{ cellActivation: 'tanh', recurrentActivation: { kind: 'sigmoid' } },
};
const state = (streams: number) =>
  LSTM.units.map((units, layer) => ({
    h: Float32Array.from({ length: streams * units }, (_, k) => k + layer),
    c: Float32Array.from({ length: streams * units }, (_, k) => -k / 3),
  }));

describe('a store', () => {
  it('keeps a round, with starts of any streams and a gap that may be infinite', () => {
    for (const gapBefore of [Number.POSITIVE_INFINITY, 1.5e-4]) {
      const round: Round = { reads: 'segments', starts: state(3), gapBefore };
      writeRound(path, round);
      expect(readRound(path, LSTM, 3)).toEqual(round);
    }
    expect(() => readRound(path, LSTM, 4)).toThrow('It should hold 8 numbers, and holds 6');
    expect(() => readEndsFile(path, LSTM)).toThrow('It is no file of the format cellarium-ends');
  });

  it('keeps the ends of a shard', () => {
    const memory = LSTM.units.map((units) => Float32Array.from({ length: 2 * units }, (_, k) => k / 7));
    const found: FoundEnds = {
      ...{ range: { first: 4, last: 6 }, reads: 'run-up', starts: state(2) },
      ends: { state: state(2), memory },
    };
    writeEnds(path, found);
    expect(readEndsFile(path, LSTM)).toEqual(found);
  });

  it('keeps bins, those that are infinite too', () => {
    const edges = createBinEdges(2);
    edges.low.set([0.1, -3]);
    const bins = { edges, firstWindows: ['a', 'b'] };
    writeBins(path, bins);
    expect(readBins(path, 2)).toEqual(bins);
    expect(() => readBins(path, 3)).toThrow('It should hold 3 numbers, and holds 2');
  });

  it('says what is damaged, and is as if it were not there', async () => {
    const store = folderStore(join(folder, 'new', 'store'));
    const round: Round = { reads: 'signals', starts: state(1), gapBefore: 0.5 };
    const open = (found: string) => readRound(found, LSTM, 1);
    const said: string[] = [];
    const say = (line: string) => void said.push(line);
    expect(await openWhole(store, 'a/round-2', open, say)).toBeUndefined();
    await store.put('a/round-2', (to) => writeRound(to, round));
    expect(await openWhole(store, 'a/round-2', open, say)).toEqual(round);
    expect(said).toEqual([]);
    const whole = readFileSync((await store.find('a/round-2'))!);
    for (const at of [9, 60, whole.length - 1]) {
      const bytes = Buffer.from(whole);
      bytes[at]! ^= 1;
      writeFileSync((await store.find('a/round-2'))!, bytes);
      expect(await openWhole(store, 'a/round-2', open, say)).toBeUndefined();
    }
    expect(said).toHaveLength(3);
    expect(said[2]).toMatch(/round-2 is made anew: Its bytes are not those written/);
    expect(readdirSync(join(folder, 'new', 'store', 'a'))).toEqual(['round-2']);
  });

  it('has no names that lead elsewhere, and fails where what was written is not there', async () => {
    const store = folderStore(folder);
    for (const name of ['../a', '/a', 'a//b', 'a/..', 'A', '', 'a b']) {
      await expect(store.find(name)).rejects.toThrow('is no name of a store');
    }
    await expect(store.put('lost', () => {})).rejects.toThrow('It was written and given its name, and is not there');
  });
});
