// Where TensorFlow's files lie: which folder is a SavedModel, which files are a checkpoint, and what a path means that
// names one of them.
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isFile, listFolder } from '../../../files/files.ts';

export type TensorflowPlace =
  | { readonly format: 'tensorflow-saved-model'; readonly folder: string }
  /** `indices` are the names of all `.index` files of a folder, of which one is meant. */
  | { readonly format: 'tensorflow-checkpoint'; readonly folder: string; readonly indices: readonly string[] };

/** Files that lie in the folder of a SavedModel and nowhere else. */
const OF_SAVED_MODEL = new Set(['saved_model.pb', 'keras_metadata.pb', 'fingerprint.pb']);
/** Of a checkpoint's numbers: `model.ckpt.data-00000-of-00001`. */
const DATA = /\.data-\d{5}-of-\d{5}$/;

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
const isSavedModel = (folder: string) => isFile(join(folder, 'saved_model.pb'));

/**
 * @param path a folder, one of the files in it, or what the files of a checkpoint have in common
 * @returns undefined where it is none of these
 */
export function tensorflowPlace(path: string): TensorflowPlace | undefined {
  const checkpoint = (folder: string, indices: readonly string[]): TensorflowPlace =>
    basename(folder) === 'variables' && isSavedModel(dirname(folder))
      ? { format: 'tensorflow-saved-model', folder: dirname(folder) }
      : { format: 'tensorflow-checkpoint', folder, indices };
  if (isFolder(path)) {
    if (isSavedModel(path)) return { format: 'tensorflow-saved-model', folder: path };
    const indices = listFolder(path).filter((name) => name.endsWith('.index'));
    const own = indices.filter((name) => hasData(path, name));
    return own.length === 0 ? undefined : checkpoint(path, own);
  }
  const [folder, name] = [dirname(path), basename(path)];
  if (OF_SAVED_MODEL.has(name) && isSavedModel(folder)) return { format: 'tensorflow-saved-model', folder };
  if (name === 'checkpoint' && isFile(path)) return tensorflowPlace(folder);
  const index = `${name.replace(DATA, '').replace(/\.index$/, '')}.index`;
  const isPart = name.endsWith('.index') || DATA.test(name) || !existsSync(path);
  return isPart && isFile(join(folder, index)) ? checkpoint(folder, [index]) : undefined;
}

function hasData(folder: string, index: string): boolean {
  const prefix = `${index.replace(/\.index$/, '')}.data-`;
  return listFolder(folder).some((name) => name.startsWith(prefix));
}
