// Models that are there but not read: each called what it is, with the few lines that make a file of it that is.
import { existsSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { InputError } from '../base/errors.ts';
import { isFile, listFolder, refuseDanglingAnnex } from '../files/files.ts';
import { ENOUGH_TO_TELL, refuseOtherKind } from '../files/kinds.ts';

const starts = (bytes: Buffer, signature: string, at = 0) =>
  bytes.toString('latin1', at, at + signature.length) === signature;

function refuse(what: string, file: string, fix: string): never {
  throw new InputError(what, { file }, fix);
}

/** In a line of Python. */
const quoted = (path: string) => JSON.stringify(basename(path));

/**
 * @param beginning the file's first kilobyte, or all of it
 * @throws InputError a file of a kind that holds no model that is read, called what it is
 */
export function refuseOtherModel(beginning: Buffer, file: string): void {
  refuseOtherKind(beginning.subarray(0, ENOUGH_TO_TELL), file);
  if (starts(beginning, '\x93NUMPY')) {
    refuse(
      'It is an array of NumPy, and a network has several.',
      file,
      `Load the weights into the model again and save it whole, in Python:
    import numpy
    model.set_weights(list(numpy.load(${quoted(file)}, allow_pickle=True)))
    model.save("model.keras")`,
    );
  }
  if (beginning[0] === 0x08 && beginning[1] === 1 && basename(file).endsWith('.pb')) {
    const fix =
      'Give the folder of a SavedModel, in which saved_model.pb lies beside "variables", or save it as one file.';
    refuse('It is the graph of a SavedModel of TensorFlow, whose numbers lie in a folder beside it.', file, fix);
  }
}

/** @throws InputError a pickle of another kind than PyTorch writes, by what is named in it */
export function refuseOtherPickle(beginning: Buffer, file: string): void {
  const text = beginning.toString('latin1');
  // As PyTorch's oldest files begin, and every newer one names itself.
  if (text.includes('torch') || starts(beginning, '\x80\x02\x8a\x0a')) return;
  const load = `import pickle
    model = pickle.load(open(${quoted(file)}, "rb"))`;
  if (/keras/.test(text)) {
    refuse(
      'It is a Keras model that was pickled, and to read a pickle is to run it.',
      file,
      `Save it as Keras does, where you trust it, in Python:
    ${load}
    model.save("model.keras")`,
    );
  }
  if (/sklearn/.test(text)) {
    refuse(
      'It is a pickled object of scikit-learn, which has no LSTM.',
      file,
      'Give the file of the network itself: a scaler or a pipeline often lies beside it.',
    );
  }
  if (/joblib|numpy/.test(text)) {
    refuse(
      'It is a pickle of NumPy arrays, which does not say what they are, and to read a pickle is to run it.',
      file,
      `If they are the weights of a Keras model, load them into it, where you trust them, in Python:
    import joblib
    model.set_weights(joblib.load(${quoted(file)}))
    model.save("model.keras")`,
    );
  }
}

/** Files that are a model of its own, in a folder that is none: what a user means by it. */
const SINGLE = new Set(['.h5', '.hdf5', '.keras', '.onnx', '.safetensors', '.pt', '.pth', '.ckpt', '.tflite', '.pb']);

/** @throws InputError always: a folder in which there is no model, with what there is in it */
export function refuseFolder(folder: string): never {
  const names = listFolder(folder);
  if (names.length === 0) refuse('The folder is empty.', folder, 'Give the folder or the file of a model.');
  const shards = names.find((name) => /-\d{5}-of-\d{5}\.(?:safetensors|bin)$/.test(name));
  if (shards !== undefined) {
    const [pattern, load] = shards.endsWith('.bin')
      ? ['*.bin', 'torch.load(file, weights_only=True)']
      : ['*.safetensors', 'st.load_file(file)'];
    refuse(
      `The model is divided among several files, such as ${shards}.`,
      folder,
      `Put them into one, in Python:
    import glob, torch, safetensors.torch as st
    tensors = {name: value for file in glob.glob("${pattern}") for name, value in ${load}.items()}
    st.save_file(tensors, "model.safetensors")`,
    );
  }
  if (names.includes('saved_model.pbtxt')) {
    refuse(
      'It is a SavedModel of TensorFlow as text.',
      folder,
      'Save it again, with its saved_model.pb and its variables.',
    );
  }
  const models = names.filter((name) => SINGLE.has(extname(name).toLowerCase()) || name === 'pytorch_model.bin');
  if (models.length > 0) {
    const fix = `Give the file itself, such as ${join(folder, models[0]!)}.`;
    refuse(`It is a folder, with ${models.slice(0, 5).join(', ')} in it.`, folder, fix);
  }
  refuse(
    `It is a folder without a model in it. It holds ${names.slice(0, 5).join(', ')}${names.length > 5 ? ' …' : ''}.`,
    folder,
    'A folder is a model with card.md, model.json (TensorFlow.js), manifest.json (ml5), saved_model.pb or a .index file (TensorFlow) in it.',
  );
}

/** @throws InputError a path that is there but no model, or leads nowhere */
export function refusePath(path: string): void {
  refuseDanglingAnnex(path);
  if (existsSync(path) && statSync(path).isDirectory()) refuseFolder(path);
  // A checkpoint's numbers without its names.
  if (isFile(`${path}.data-00000-of-00001`)) {
    const fix = `Put ${basename(path)}.index beside it, of the same checkpoint.`;
    refuse('It is a checkpoint of TensorFlow without its .index file.', path, fix);
  }
}
