import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { buildGallery } from '../../pipeline/build/gallery.ts';
import { loadCorpus } from '../../pipeline/content/corpora.ts';
import { type Gallery, gallerySchema } from '../../pipeline/contract/index.ts';
import { buildVocabulary } from '../../pipeline/datasets/text/vocabulary.ts';
import { chooseEngine } from '../../pipeline/engines/index.ts';
import { hashFile } from '../../pipeline/files/hash.ts';
import { untrainedTwin } from '../../pipeline/gallery/twin.ts';
import type { Architecture } from '../../pipeline/lstm/parameters.ts';
import { writeCard } from '../../pipeline/models/formats/own/card.ts';
import { writeParameters } from '../../pipeline/models/formats/own/parameters.ts';
import { GALLERY, UNITS, writeContent } from '../fixtures/build/content.ts';
import { prose } from '../fixtures/build/prose.ts';

const home = mkdtempSync(join(tmpdir(), 'cellarium-short-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Two blocks, both to train on. Nothing can be trained on so little, so the model is as good as one from elsewhere. */
function writeShortGallery(): string {
  const content = writeContent(home);
  writeFileSync(join(content, 'corpora', 'text.txt'), prose(3000));
  const vocabulary = buildVocabulary(loadCorpus(content, 'lexicon').text);
  const width = vocabulary.length;
  const architecture: Architecture = {
    ...{ inputs: width, units: UNITS, outputs: width },
    ...{ cellActivation: 'tanh', recurrentActivation: { kind: 'sigmoid' } },
  };
  const folder = join(content, 'models', 'tiny');
  const file = 'model.safetensors';
  writeParameters(join(folder, file), architecture, untrainedTwin(architecture));
  const weights = { file, sha256: hashFile(join(folder, file)) };
  writeCard(folder, { vocabulary, architecture, weights, chosenEpoch: null, loss: null, run: {}, body: '' });
  return content;
}

async function build(content: string): Promise<Gallery> {
  const engine = await chooseEngine({ threads: 1 });
  const print = vi.spyOn(console, 'log').mockImplementation(() => {});
  try {
    const { output } = await buildGallery({ id: GALLERY, content, engine, threads: 1, folder: join(home, 'cache') });
    return gallerySchema.parse(JSON.parse(readFileSync(join(output, 'gallery.json'), 'utf8')));
  } finally {
    print.mockRestore();
  }
}

describe('a gallery of a network over a text too short to hold any of it out', () => {
  it('is built, with no loss where there are no blocks to have one on', async () => {
    const { evaluatedOn, corpus, model } = await build(writeShortGallery());
    expect(evaluatedOn).toBe('all');
    expect(corpus.blocks).toMatchObject({ train: 2, validation: 0, 'held-out': 0 });
    for (const losses of [model!.loss!, model!.untrainedLoss!]) {
      expect(losses).toEqual({ train: expect.any(Number), validation: null, 'held-out': null });
      expect(losses.train).toBeCloseTo(Math.log(model!.vocabulary.length), 0);
    }
    // How far it looks back is told of all of the text, since all of it was judged.
    for (const { loss } of model!.context) expect(loss).toBeGreaterThan(0);
  });
});
