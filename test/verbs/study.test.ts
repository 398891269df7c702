import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Study, studySchema } from '../../pipeline/artifacts/schema/study.ts';
import { type StudyRun, stepFile, trainRun } from '../../pipeline/build/study/runs.ts';
import { shuffledWithin } from '../../pipeline/build/study/shuffled.ts';
import { loadYaml } from '../../pipeline/content-files.ts';
import type { Engine } from '../../pipeline/engines/engine.ts';
import { chooseEngine } from '../../pipeline/engines/index.ts';
import { readCard } from '../../pipeline/formats/card.ts';
import { hashFile } from '../../pipeline/formats/hash.ts';
import { seededRandom } from '../../pipeline/random.ts';
import { loadSubject } from '../../pipeline/subject.ts';
import type { Block } from '../../pipeline/text/blocks.ts';
import { configurationSchema } from '../../pipeline/training/configuration.ts';
import { run } from '../cli/in-process.ts';
import { GALLERY, UNITS } from '../fixtures/build/content.ts';
import { trainedGallery, type Workplace } from '../fixtures/build/trained.ts';

// Where runs are kept is read from the environment when the modules are loaded.
const home = await vi.hoisted(async () => {
  const { mkdtempSync } = await import('node:fs');
  const { tmpdir } = await import('node:os');
  const folder = mkdtempSync(`${tmpdir()}/cellarium-study-`);
  process.env.CELLARIUM_CACHE = `${folder}/cache`;
  return folder;
});

const STUDY = `seeds: [6]
steps: { seed: 6, kept: [1, 4, 16, 64, 100000] }
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
      'seed-6-step-1',
      'seed-6-step-4',
      'seed-6-step-16',
      'seed-6-step-64',
      'shuffled',
    ]);
    expect(study.cells).toBe(UNITS.reduce((sum, units) => sum + units, 0));
    expect(study.networks.filter(({ kind }) => kind === 'step').map(({ step }) => step)).toEqual([1, 4, 16, 64]);
    expect(network('seed-6').step).toBeGreaterThan(64);
    expect(network('seed-6').weights).toBe(hashFile(trainedIn('seed-6', 'model.safetensors')));
    expect(study.made.weights).toBe(network('seed-5').weights);
  });

  it('finds the losses that the cards of the runs give', () => {
    for (const [id, folder] of [
      ['seed-5', join(workplace.content, 'models', 'tiny')],
      ['seed-6', trainedIn('seed-6')],
      ['shuffled', trainedIn('shuffled')],
    ] as const) {
      expect(network(id).loss).toBeCloseTo(readCard(folder).loss!['held-out'], 4);
    }
    const [early, late] = [network('seed-6-step-1').loss, network('seed-6-step-64').loss];
    expect(early).toBeGreaterThan(late);
    expect(late).toBeGreaterThan(network('seed-6').loss);
    expect(network('untrained').loss).toBeGreaterThan(early);
  });

  it('finds that who learned the shuffled text knows the frequencies of the letters, and nothing more', () => {
    const { text, blocks } = loadSubject(workplace.content, trainingYaml());
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
      expect(best.map(({ heuristic }) => heuristic)).toEqual(spread.map(({ heuristic }) => heuristic));
      expect(best.map(({ heuristic }) => heuristic)).toContain('inside-quotes');
      for (const { counts } of spread) expect(counts.reduce((sum, count) => sum + count)).toBe(study.cells);
      for (const { value, interval } of best) {
        if (interval === null) continue;
        expect(interval[0]).toBeLessThanOrEqual(value + 0.01);
        expect(interval[1]).toBeGreaterThanOrEqual(value - 0.01);
      }
      for (const { heuristic, size, cells } of probes) {
        expect(heuristic).toBe('inside-quotes');
        expect(new Set(cells).size).toBe(size);
      }
    }
    expect(network('seed-6').probes.map(({ size }) => size)).toEqual([1, 2, 4]);
  });

  it('does nothing over again, and comes to the very same file', async () => {
    const before = readFileSync(file(`${GALLERY}.json`), 'utf8');
    const { stdout } = await runStudy();
    expect(stdout).not.toMatch(/Training|run {5}/);
    expect(stdout.match(/reused/g)).toHaveLength(study.networks.length);
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

describe('trainRun', () => {
  const STEPS = [4, 60, 80, 100];
  const RUN: StudyRun = { id: 'seed-9', seed: 9, shuffle: 2, steps: STEPS };
  /** Fails in the second epoch, when all steps of the first and some more are done. */
  const failing = (engine: Engine, after: number): Engine => ({
    ...engine,
    async compile(computation, constants) {
      const program = await engine.compile(computation, constants);
      let runs = 0;
      return {
        dispose: () => program.dispose(),
        run(inputs) {
          runs += 1;
          if (runs > after) throw new Error('The power is out.');
          return program.run(inputs);
        },
      };
    },
  });

  it('keeps the very same weights where it was stopped and goes on', async () => {
    const configuration = { ...trainingYaml(), epochs: 2, constantEpochs: 1 };
    const subject = loadSubject(workplace.content, configuration);
    const engine = await chooseEngine({ threads: 1 });
    const print = vi.spyOn(console, 'log').mockImplementation(() => {});
    const training = { configuration, subject, engine, choice: { threads: 1 } };
    const [unbroken, stopped] = [join(home, 'unbroken'), join(home, 'stopped')];
    await trainRun(RUN, unbroken, training);
    await expect(trainRun(RUN, stopped, { ...training, engine: failing(engine, 85) })).rejects.toThrow('power');
    const [first] = readFileSync(join(stopped, 'log.jsonl'), 'utf8').split('\n');
    expect(JSON.parse(first!).epoch).toBe(1);
    rmSync(stepFile(stopped, 80)); // as though it had been lost with the power
    await trainRun(RUN, stopped, training);
    expect(print.mock.calls.flat().join('\n')).toContain('going on after epoch 1');
    print.mockRestore();
    for (const step of STEPS) {
      expect(hashFile(stepFile(stopped, step))).toBe(hashFile(stepFile(unbroken, step)));
    }
    expect(readCard(stopped).weights).toEqual(readCard(unbroken).weights);
  });
});

describe('what a study refuses', () => {
  it.each([
    [STUDY.replace('[inside-quotes, upper-case]', '[inside-quote]'), 'no hypothesis "inside-quote"'],
    [STUDY.replace('hypotheses: [inside-quotes], c', 'hypotheses: [position-in-word], c'), 'is no yes or no'],
    [STUDY.replace('steps: { seed: 6', 'steps: { seed: 9'), 'is not one of the seeds'],
    [STUDY.replace('[1, 4, 16', '[4, 1, 16'), 'must rise'],
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

describe('shuffledWithin', () => {
  const blocks: Block[] = [
    { index: 0, start: 0, end: 300, split: 'train' },
    { index: 4, start: 300, end: 400, split: 'validation' },
    { index: 5, start: 400, end: 600, split: 'train' },
    { index: 9, start: 600, end: 700, split: 'held-out' },
  ];
  const ids = Int32Array.from({ length: 700 }, (_, t) => t);
  const of = (split: Block['split'], values: Int32Array) =>
    blocks.filter((block) => block.split === split).flatMap(({ start, end }) => [...values.slice(start, end)]);

  it('keeps the characters of each split and changes their order, the same way for the same seed', () => {
    const shuffled = shuffledWithin(ids, blocks, seededRandom(3));
    for (const split of ['train', 'validation', 'held-out'] as const) {
      expect(of(split, shuffled)).not.toEqual(of(split, ids));
      expect(of(split, shuffled).sort((a, b) => a - b)).toEqual(of(split, ids));
    }
    expect(shuffledWithin(ids, blocks, seededRandom(3))).toEqual(shuffled);
    expect(shuffledWithin(ids, blocks, seededRandom(4))).not.toEqual(shuffled);
  });

  it('brings every place about as many characters from the first half as from the second', () => {
    // 250 of 500 would stay in their half; four standard deviations of a hypergeometric count are 45.
    const training = of('train', shuffledWithin(ids, blocks, seededRandom(11)));
    const stayed = training.slice(0, 250).filter((id) => id < 250).length;
    expect(Math.abs(stayed - 125)).toBeLessThan(45);
  });
});
