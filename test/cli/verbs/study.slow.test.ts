import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadYaml } from '../../../pipeline/content/files.ts';
import { scoresSchema } from '../../../pipeline/contract/index.ts';
import { type Study, studySchema } from '../../../pipeline/contract/study.ts';
import { hashFile } from '../../../pipeline/files/hash.ts';
import { loadControls } from '../../../pipeline/gallery/controls.ts';
import { readCard } from '../../../pipeline/models/formats/own/card.ts';
import { MEMORY_LENGTH, WINDOW_LENGTHS } from '../../../pipeline/scoring/window/windows.ts';
import { configurationSchema } from '../../../pipeline/training/configuration.ts';
import { loadTrainingSet } from '../../../pipeline/training/training-set.ts';
import { GALLERY, UNITS } from '../../fixtures/build/content.ts';
import { trainedGallery, type Workplace } from '../../fixtures/build/trained.ts';
import { run } from '../in-process.ts';

// Where runs are kept is read from the environment when the modules are loaded.
const home = await vi.hoisted(async () => {
  const { mkdtempSync } = await import('node:fs');
  const { tmpdir } = await import('node:os');
  const folder = mkdtempSync(`${tmpdir()}/cellarium-study-`);
  process.env.CELLARIUM_CACHE = `${folder}/cache`;
  return folder;
});

const STUDY = `seeds: [6]
steps: { seed: 6, kept: [4, 64, 100000] }
shuffled: { seed: 5, order: 7 }
hypotheses: [inside-quotes, upper-case]
probes: { hypotheses: [inside-quotes], cells: [1, 2, 4] }
`;

let workplace: Workplace;
let study: Study;

const file = (...parts: string[]) => join(workplace.content, 'studies', ...parts);
const trainedIn = (...parts: string[]) => join(home, 'studies', GALLERY, ...parts);

function write(configuration: string): void {
  mkdirSync(file(), { recursive: true });
  writeFileSync(file(`${GALLERY}.yaml`), configuration);
}

const runStudy = (...args: string[]) =>
  run('study', GALLERY, '--content', workplace.content, '--threads', '1', ...args);

const trainingYaml = () => loadYaml(join(workplace.content, 'models', 'tiny', 'training.yaml'), configurationSchema);

const network = (id: string) => study.networks.find((one) => one.id === id)!;

beforeAll(async () => {
  workplace = await trainedGallery();
  write(STUDY);
  const { status, stderr } = await runStudy();
  if (status !== 0) throw new Error(`The study ended with ${status}:\n${stderr}`);
  study = studySchema.parse(JSON.parse(readFileSync(file(`${GALLERY}.json`), 'utf8')));
});
afterAll(() => {
  workplace.remove();
  rmSync(home, { recursive: true });
});

describe('cellarium study', () => {
  it('measures the own network, the untrained one, the other seed, its steps and the shuffled twin', () => {
    expect(study.networks.map(({ id }) => id)).toEqual([
      'seed-5',
      'untrained',
      'seed-6',
      'seed-6-step-4',
      'seed-6-step-64',
      'shuffled',
    ]);
    expect(study.cells).toBe(UNITS.reduce((sum, units) => sum + units, 0));
    expect(study.networks.filter(({ kind }) => kind === 'step').map(({ step }) => step)).toEqual([4, 64]);
    expect(network('seed-6').step).toBeGreaterThan(64);
    expect(network('seed-6').weights).toBe(hashFile(trainedIn('seed-6', 'model.safetensors')));
    expect(study.made.weights).toBe(network('seed-5').weights);
    expect(study.made.engine).toBe('onnx cpu'); // in words, for a page prints it
  });

  it('finds the losses that the cards of the runs give', () => {
    for (const [id, folder] of [
      ['seed-5', join(workplace.content, 'models', 'tiny')],
      ['seed-6', trainedIn('seed-6')],
      ['shuffled', trainedIn('shuffled')],
    ] as const) {
      expect(network(id).loss).toBeCloseTo(readCard(folder).loss!['held-out'], 4);
    }
    const [early, late] = [network('seed-6-step-4').loss, network('seed-6-step-64').loss];
    expect(early).toBeGreaterThan(late);
    expect(late).toBeGreaterThan(network('seed-6').loss);
    expect(network('untrained').loss).toBeGreaterThan(early);
  });

  it('finds that who learned the shuffled text knows the frequencies of the letters, and nothing more', () => {
    const { text, blocks } = loadTrainingSet(workplace.content, trainingYaml());
    const characters = [...text!];
    const counts = new Map<string, number>();
    let seen = 0;
    for (const { start, end } of blocks.filter(({ split }) => split === 'train')) {
      for (const character of characters.slice(start, end)) counts.set(character, (counts.get(character) ?? 0) + 1);
      seen += end - start;
    }
    const heldOut = blocks
      .filter(({ split }) => split === 'held-out')
      .flatMap(({ start, end }) => characters.slice(start, end));
    const surprises = heldOut.map((character) => -Math.log(((counts.get(character) ?? 0) + 1) / (seen + counts.size)));
    const best = surprises.reduce((sum, value) => sum + value) / heldOut.length;
    expect(network('shuffled').loss).toBeGreaterThan(best - 0.01);
    expect(network('shuffled').loss).toBeLessThan(best + 0.15);
  });

  it('gives every network a cell for each hypothesis, probes of as many cells as asked, and all cells spread', () => {
    for (const { best, probes, spread } of study.networks) {
      expect(best.map(({ hypothesis }) => hypothesis)).toEqual(spread.map(({ hypothesis }) => hypothesis));
      expect(best.map(({ hypothesis }) => hypothesis)).toContain('inside-quotes');
      for (const { counts } of spread) expect(counts.reduce((sum, count) => sum + count)).toBe(study.cells);
      for (const { value, interval } of best) {
        if (interval === null) continue;
        expect(interval[0]).toBeLessThanOrEqual(value + 0.01);
        expect(interval[1]).toBeGreaterThanOrEqual(value - 0.01);
      }
      for (const { hypothesis, size, cells } of probes) {
        expect(hypothesis).toBe('inside-quotes');
        expect(new Set(cells).size).toBe(size);
      }
    }
    expect(network('seed-6').probes.map(({ size }) => size)).toEqual([1, 2, 4]);
  });

  it('says of the own cells what `cellarium score` says of them', async () => {
    const { stdout } = await run('score', GALLERY, '--json', '--content', workplace.content, '--threads', '1');
    const { scores } = scoresSchema.parse(JSON.parse(stdout));
    for (const best of network('seed-5').best) {
      const row = scores.find(({ cell, hypothesis }) => cell === best.cell && hypothesis === best.hypothesis)!;
      expect([row.signal, row.alignment]).toEqual([best.signal, best.alignment]);
      const value = row.auroc === null ? row.direction * row.spearman! : (1 + row.direction * (2 * row.auroc - 1)) / 2;
      expect(best.value).toBeCloseTo(value, 5);
    }
  });

  it('counts the cells of every network that add to the last steps as a build counts those of the untrained twin', () => {
    const adding = new Map(study.networks.map(({ id, memory }) => [id, memory!.adding]));
    for (const { id, kind, memory, best } of study.networks) {
      expect(memory!.curve.map(({ steps }) => steps)).toEqual(kind === 'step' ? [MEMORY_LENGTH] : [...WINDOW_LENGTHS]);
      expect(memory!.curve.find(({ steps }) => steps === MEMORY_LENGTH)!.cells).toBe(adding.get(id));
      expect(memory!.remembering).toBeLessThanOrEqual(adding.get(id)!);
      expect(adding.get(id)!).toBeLessThanOrEqual(study.cells);
      const scorable = best.map(({ hypothesis }) => hypothesis);
      for (const { hypothesis, adds, interval, remembering } of memory!.best) {
        expect(scorable).toContain(hypothesis);
        expect(adds).toBeLessThan(1);
        expect(remembering).toBeLessThanOrEqual(memory!.remembering);
        if (interval !== null) expect(interval[0]).toBeLessThanOrEqual(interval[1]);
      }
    }
    // The weights are those of the first control, which reads the samples alone.
    const { networks } = loadControls(join(home, 'cache', GALLERY, 'twin', 'files'));
    const control = networks[0]!.curve.find(({ length }) => length === MEMORY_LENGTH)!;
    expect(Math.abs(adding.get('untrained')! - control.cells)).toBeLessThanOrEqual(1);
  });

  it('does nothing over again, and comes to the very same file', async () => {
    const before = readFileSync(file(`${GALLERY}.json`), 'utf8');
    const { stdout } = await runStudy();
    expect(stdout).not.toMatch(/Training|run {5}/);
    const shared = 2; // the windows and the untrained networks
    expect(stdout.match(/reused/g)).toHaveLength(shared + study.networks.length);
    expect(readFileSync(file(`${GALLERY}.json`), 'utf8')).toBe(before);
  });
});

describe('cellarium study --trained', () => {
  it('leaves out what is not trained, and trains nothing', async () => {
    write(STUDY.replace('seeds: [6]', 'seeds: [6, 8]'));
    const { status, stdout } = await runStudy('--trained');
    expect(status).toBe(0);
    expect(stdout).not.toContain('Training');
    const { networks } = studySchema.parse(JSON.parse(readFileSync(file(`${GALLERY}.json`), 'utf8')));
    expect(networks).toEqual(study.networks);
  });
});

describe('what a study refuses', () => {
  it.each([
    [STUDY.replace('[inside-quotes, upper-case]', '[inside-quote]'), 'no hypothesis "inside-quote"'],
    [STUDY.replace('hypotheses: [inside-quotes], c', 'hypotheses: [position-in-word], c'), 'is no yes or no'],
    [STUDY.replace('steps: { seed: 6', 'steps: { seed: 9'), 'is not one of the seeds'],
    [STUDY.replace('[4, 64', '[64, 4'), 'must rise'],
  ])('a configuration with a fault %#', async (configuration, message) => {
    write(configuration);
    const { status, stderr } = await runStudy();
    expect(status).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr).toContain(`${GALLERY}.yaml`);
    expect(stderr).not.toContain('    at ');
  });

  it('weights of another run, of no run, or of none that the study has', async () => {
    write(STUDY);
    const model = join(workplace.content, 'models', 'tiny');
    for (const [weights, message] of [
      [`seed-6=${model}`, 'was trained with seed 5, and the study asks for 6'],
      [`seed-6=${home}`, 'There is no trained model'],
      [`seed-7=${model}`, 'no run "seed-7"'],
    ] as const) {
      const { status, stderr } = await runStudy('--weights', weights);
      expect(status).toBe(1);
      expect(stderr).toContain(message);
    }
  });
});
