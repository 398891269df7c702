import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { readSeries } from '../../pipeline/datasets/series/csv.ts';
import { openNpy } from '../../pipeline/files/numpy.ts';
import { importModel, openAny } from '../../pipeline/models/open.ts';
import { inputError, inputErrorOf, temporaryFolder } from '../temporary.ts';

// Each case makes a file with the library that makes such files, and runs what the refusal of it prints. What is not
// installed leaves its cases out: `pip install tensorflow-cpu tf_keras torch scipy h5py pandas pyarrow openpyxl joblib safetensors`
// beside a Python that the variable PYTHON names runs all of them.
const python = process.env.PYTHON ?? 'python3';
const has = (modules: string) => spawnSync(python, ['-c', `import ${modules}`]).status === 0;

/** Leaves a test out, saying why, where the Python at hand has not got what it needs. */
function requireModules(modules: string, { skip }: TestContext): void {
  skip(!has(modules), `needs ${modules}`);
}

/** Runs lines of Python in a folder. @throws where they fail, with what Python says */
function run(code: string, cwd: string): void {
  const { status, stderr } = spawnSync(python, ['-c', code], { cwd, encoding: 'utf8', env: quiet });
  if (status !== 0) throw new Error(`${code}\n${stderr}`);
}
const quiet = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3', CUDA_VISIBLE_DEVICES: '' };

/** The lines of a message that are Python: those that are indented, or what follows the words "in Python". */
function pythonOf(fix: string): string {
  const [first = '', ...rest] = fix.split('\n');
  return rest.length > 0 ? rest.map((line) => line.trim()).join('\n') : first.slice(first.indexOf('import'));
}

const KERAS =
  'import keras\nmodel = keras.Sequential([keras.Input((4, 2)), keras.layers.LSTM(3), keras.layers.Dense(1)])';
/** As a model of one's own class is, of which TensorFlow keeps the description of each layer and no whole. */
const SUBCLASSED = `import os; os.environ["TF_USE_LEGACY_KERAS"] = "1"
import numpy, tensorflow as tf
class Two(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.low = tf.keras.layers.LSTM(3, return_sequences=True)
        self.high = tf.keras.layers.LSTM(3, activation="relu")
    def call(self, x):
        return self.high(self.low(x))
model = Two()
model.predict(numpy.zeros((1, 4, 2)), verbose=0)
model.save("folder", save_format="tf")`;
const TWO_COLUMNS = 'import pandas; table = pandas.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]})';

describe('what is printed to make a model of a file', () => {
  it.for([
    {
      of: 'an array of weights',
      needs: 'keras',
      make: `${KERAS}\nimport numpy; numpy.save("weights.npy", numpy.array(model.get_weights(), dtype=object))`,
      file: 'weights.npy',
      first: KERAS,
      gives: 'model.keras',
    },
    {
      of: 'weights that joblib wrote',
      needs: 'keras, joblib',
      make: `${KERAS}\nimport joblib; joblib.dump(model.get_weights(), "weights.pkl")`,
      file: 'weights.pkl',
      first: KERAS,
      gives: 'model.keras',
    },
    {
      of: 'a pickled Keras model',
      needs: 'keras',
      make: `${KERAS}\nimport pickle; pickle.dump(model, open("model.pkl", "wb"))`,
      file: 'model.pkl',
      gives: 'model.keras',
    },
    {
      of: 'a network in several files of safetensors',
      needs: 'torch, safetensors',
      make: `import os, torch, safetensors.torch as st
os.mkdir("parts")
for number, part in enumerate(torch.nn.LSTM(2, 3).state_dict().items()):
    st.save_file(dict([part]), f"parts/model-0000{number + 1}-of-00004.safetensors")`,
      file: 'parts',
      inside: true,
      gives: 'parts/model.safetensors',
    },
    {
      of: 'a network in several files of PyTorch',
      needs: 'torch, safetensors',
      make: `import os, torch
os.mkdir("parts")
for number, part in enumerate(torch.nn.LSTM(2, 3).state_dict().items()):
    torch.save(dict([part]), f"parts/pytorch_model-0000{number + 1}-of-00004.bin")`,
      file: 'parts',
      inside: true,
      gives: 'parts/model.safetensors',
    },
    {
      of: 'a SavedModel of a class of its own, whose layers differ',
      needs: 'tensorflow, tf_keras',
      make: SUBCLASSED,
      file: 'folder',
      gives: 'model.keras',
    },
  ])('makes one that is read of $of', async ({ needs, make, file, first = '', inside = false, gives }, context) => {
    requireModules(needs, context);
    const folder = temporaryFolder();
    run(make, folder);
    const { fix } = await inputErrorOf(importModel(join(folder, file)));
    run(`${first}\n${pythonOf(fix)}`, inside ? join(folder, file) : folder);
    const { layerNames } = await openAny(join(folder, gives), 'content');
    expect(layerNames.length).toBeGreaterThan(0);
  });
});

describe('what is printed to make numbers of a file', () => {
  it.for<[string, string, string]>([
    ['a MATLAB file', 'scipy', 'import numpy, scipy.io; scipy.io.savemat("file.mat", {"name": numpy.ones((3, 2))})'],
    [
      'a MATLAB file of version 7.3',
      'h5py',
      `import h5py, numpy
with h5py.File("file.mat", "w", userblock_size=512) as file: file["name"] = numpy.ones((2, 3))
with open("file.mat", "r+b") as file: file.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64")`,
    ],
  ])('makes an array of NumPy of %s', async ([, needs, make], context) => {
    requireModules(needs, context);
    const folder = temporaryFolder();
    run(make, folder);
    const { fix } = await inputErrorOf(importModel(join(folder, 'file.mat')));
    run(pythonOf(fix), folder);
    expect(openNpy(join(folder, 'array.npy')).shape).toEqual([3, 2]);
  });

  it.for<[string, string, string, string]>([
    ['a Parquet file', 'pandas, pyarrow', 'table.to_parquet("data.parquet")', 'data.parquet'],
    ['an Arrow file', 'pandas, pyarrow', 'table.to_feather("data.feather")', 'data.feather'],
  ])('makes a table that is read of %s', ([, needs, write, file], context) => {
    requireModules(needs, context);
    const folder = temporaryFolder();
    run(`${TWO_COLUMNS}\n${write}`, folder);
    const { fix } = inputError(() => readSeries(join(folder, file)));
    run(pythonOf(fix), folder);
    expect([...readSeries(join(folder, 'data.csv')).series[0]!.values]).toEqual([1, 3, 2, 4]);
  });
});
