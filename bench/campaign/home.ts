// Folders with small models and galleries, which the campaign attacks.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exportCache } from '../../pipeline/build/cache/export.ts';
import { runStage } from '../../pipeline/build/stage.ts';
import { GALLERY, TRAINING, writeContent } from '../../test/fixtures/build/content.ts';
import { prose } from '../../test/fixtures/build/prose.ts';
import { mustRun } from './group.ts';

/** The model of {@link writeHome}, and its two galleries. */
export const MODEL = 'tiny';
export const GALLERIES = [GALLERY, 'second-fixture'] as const;

/** Loads what kills a command at one of its changes of the disk. */
export const KILLING = { NODE_OPTIONS: `--import=${new URL('kill-at.ts', import.meta.url).href}` };

/** How small a home's model and text are. */
export interface Size {
  readonly epochs?: number;
  /** Of its text; of that of the tests where left out. */
  readonly characters?: number;
  /** Of one layer, for pages that are few; of two layers where left out. */
  readonly units?: number;
}

/** Content in an empty folder: a model that is not trained yet, and two galleries of it. */
export function writeHome(folder: string, { epochs = 3, characters, units }: Size = {}): void {
  mkdirSync(folder, { recursive: true });
  const training = TRAINING.replace(/^epochs: .*$/m, `epochs: ${epochs}`);
  const content = writeContent(folder, units === undefined ? training : withOneLayer(training, units));
  if (characters !== undefined) writeFileSync(join(content, 'corpora', 'text.txt'), prose(characters));
  const [first, second] = GALLERIES.map((id) => join(content, 'galleries', `${id}.md`));
  const gallery = readFileSync(first!, 'utf8');
  writeFileSync(second!, gallery.replace('A small gallery', 'Another one').replace(/^generated: .*\n/m, ''));
}

const withOneLayer = (training: string, units: number) =>
  training
    .replace(/^units: .*$/m, `units: [${units}]`)
    .replace(/^dropout: .*$/m, 'dropout: [0]')
    .replace(/^recurrentDropout: .*$/m, 'recurrentDropout: [0.1]');

/** The same with the model trained. */
export async function writeTrainedHome(folder: string, size: Size = {}): Promise<void> {
  writeHome(folder, size);
  await mustRun(['train', MODEL, '--threads', '1'], { folder });
}

/** Puts another title on both galleries, so that everything from their artifacts on is made again. */
export function retitle(folder: string, title: string): void {
  for (const id of GALLERIES) {
    const path = join(folder, 'content', 'galleries', `${id}.md`);
    writeFileSync(path, readFileSync(path, 'utf8').replace(/^title: .*$/m, `title: ${title}`));
  }
}

/** A folder of the repository, copied. */
export function copyOf(path: string, to: string): void {
  cpSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), to, { recursive: true });
}

/** A cache of two stages, and the same exported. @param size of each stage's file, in words */
export async function writeCache(cache: string, file: string, size: number): Promise<void> {
  for (const name of ['scores', 'artifacts']) {
    const run = (output: string) => writeFileSync(join(output, 'made.json'), `"${name.repeat(size)}"`);
    await runStage({ name, module: import.meta.url, inputs: { name }, folder: join(cache, GALLERY), run }, () => {});
  }
  await exportCache(file, { cache });
}
