import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { cellarium } from './command.ts';
import { run } from './in-process.ts';

const READING = ['evaluate', 'inspect', 'memory', 'trace'];
const GALLERIES = ['score', 'build', 'cache', 'bench'];
const VERBS = ['import', 'export', 'weights', 'train', 'generate', ...READING, 'devices', ...GALLERIES];

describe('cellarium', () => {
  it('names its verbs, and ends with 0 when it is asked for help or its version', () => {
    const { status, stdout } = cellarium('--help');
    expect(status).toBe(0);
    for (const verb of VERBS) expect(stdout).toMatch(new RegExp(`^  ${verb} `, 'm'));
    expect(cellarium('--version')).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });

  it.each(VERBS)('explains %s, with an example that can be typed', async (verb) => {
    const { status, stdout, stderr } = await run(verb, '--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(`Usage: cellarium ${verb}`);
    expect(stdout).toMatch(new RegExp(`^Examples:\\n  npx cellarium ${verb}`, 'm'));
  });

  it.each([
    [['trian'], "unknown command 'trian'\n(Did you mean train?)"],
    [['train'], "missing required argument 'model'"],
    [['train', 'alice', '--engin', 'onnx'], "unknown option '--engin'\n(Did you mean --engine?)"],
    [['train', 'alice', '--threads', '0'], 'It must be an integer of at least 1.'],
    [['train', 'alice', '--streams', 'many'], 'It must be an integer of at least 1.'],
    [['train', 'alice', '--epochs', '1.5'], 'It must be an integer of at least 1.'],
    [['generate', 'alice', '--temperature', 'hot'], 'It must be a number from 0.01 to 100.'],
    [['generate', 'alice', '--length'], "option '--length <steps>' argument missing"],
    [['build', '--base', 'cellarium'], 'It must be a path such as / or /cellarium/.'],
    [['score', 'alice', 'holmes'], 'too many arguments'],
    [['import', 'model.h5'], "required option '--as <id>' not specified"],
    [['import', 'model.h5', '--as', 'a', '--features', 'x,,y'], 'It must be different names, separated by commas.'],
    [['import', 'model.h5', '--as', 'a', '--recurrent-activation', 'hard'], 'hard-sigmoid:<slope>,<offset>'],
    [['export', 'alice', '--to', 'caffe', '-o', 'x'], 'Allowed choices are keras, pytorch, onnx, safetensors.'],
    [['inspect', 'alice', '--unit', '9-3'], 'It must be a unit such as 12, or units such as 10-19.'],
    [['inspect', 'alice', '--signal', 'i,j'], 'It must be some of i,f,g,o,c,h, or of r,z,n,h for GRU cells.'],
    [['inspect', 'alice', '--text', 'a', '--series', 'b.csv'], 'cannot be used with'],
    [['inspect', 'alice', '--text', 'a', '--json', '--csv'], 'cannot be used with'],
    [['memory', 'alice', '--cell', '139'], 'It must be a cell such as 2-139'],
    [['train', 'alice', '--engine', 'onix'], 'There is no engine "onix". Did you mean "onnx"?'],
    [['train', 'alice', '--engine', 'cuda'], 'There is no engine "cuda". It is a device: --device cuda.'],
    [['train', 'alice', '--device', 'gpu'], 'There is no device "gpu".'],
    [['score', 'alice', '--shard', '17/16'], "option '--shard"],
    [['bench', '--device', 'gpu'], 'Allowed choices are cpu, cuda, webgpu.'],
    [['bench', '--device', 'cuda', '--only', 'training'], 'cannot be used with'],
    [['gpu', 'instal'], "unknown command 'instal'"],
    [['evaluate', 'alice'], "required option '--text <file>' not specified"],
  ])('ends with 2 and says what is wrong with the usage: %j', async (args, message) => {
    const { status, stdout, stderr } = await run(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(`error: `);
    expect(stderr).toContain(message);
    expect(stderr).toContain('--help');
  });

  it('ends with 2 for a measurement that there is not', async () => {
    const { status, stdout, stderr } = await run('bench', '--only', 'nothing');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('There is no measurement "nothing".');
  });

  it('gives its help, and that of a verb, by the word too', async () => {
    expect(cellarium('help')).toEqual(cellarium('--help'));
    expect(cellarium('help', 'train')).toEqual(cellarium('train', '--help'));
  });

  it('ends with 2 and shows its help when no verb is given', () => {
    const { status, stderr } = cellarium();
    expect(status).toBe(2);
    expect(stderr).toContain('Usage: cellarium');
  });

  it.each([
    [['train', 'holmes'], '"holmes"'],
    [['trace', 'holmes', 'text.txt'], '"holmes"'],
    [['score', 'holmes'], 'There is no gallery "holmes".'],
    [['generate', 'holmes'], '"holmes"'],
    [['inspect', 'holmes', '--text', 'a'], 'There is no model "holmes".'],
    [['weights', './holmes.h5'], 'There is no such file or folder of a model.'],
    [['import', 'holmes.h5', '--as', 'holmes'], 'holmes.h5: Cannot read it: there is no such file or folder.'],
    [['inspect', 'alice'], 'There is nothing to read.'],
    [['memory', 'alice'], 'There is nothing to read.'],
    [['build', 'holmes'], 'There is no gallery "holmes".'],
    [['build', 'README.md'], 'README.md: This is a file, where the id of a gallery is asked for.\n  A text begins'],
    [['train', 'content'], 'content: This is a folder, where the id of a model is asked for.'],
  ])('ends with 1 and a message without a stack trace when the input is wrong: %j', async (args, message) => {
    const { status, stdout, stderr } = await run(...args);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^error: /);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
