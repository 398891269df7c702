// What somebody gave in the place of an id: told by what it is, with the verb that takes it.
import { existsSync, statSync } from 'node:fs';

const TABLE = /\.(csv|tsv|tab)$/i;
const MODEL = /\.(keras|h5|hdf5|pt|pth|ckpt|bin|onnx|safetensors|tflite|pb|json)$/i;
const TEXT = /\.(txt|md|c|h|js|ts|py|html?)$/i;

/**
 * What a path is, and which verb takes it; undefined where there is no such file or folder.
 * @param kind of the id that was asked for: `gallery`
 */
export function adviceOnPath(path: string, kind: string): { what: string; fix: string } | undefined {
  if (path === '' || !existsSync(path)) return undefined;
  const what = `This is a ${statSync(path).isDirectory() ? 'folder' : 'file'}, where the id of a ${kind} is asked for.`;
  return { what, fix: adviceOn(path) };
}

function adviceOn(path: string): string {
  if (TABLE.test(path)) {
    return 'A table of numbers is what a model reads: `cellarium inspect <model> --series <file>`; a gallery of one begins in content/series (docs/series.md).';
  }
  if (MODEL.test(path)) {
    return 'A model is opened where it lies by `cellarium inspect` and `cellarium weights`, and gets an id by `cellarium import <file>`.';
  }
  if (TEXT.test(path)) return 'A text begins a gallery by `cellarium gallery new <id> --text <file>`.';
  return 'Ids are the names of what lies below content/, without an ending.';
}
