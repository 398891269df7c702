// What a file is that is not what was asked for, told by its first bytes: a pointer in the place of a file, a page in the
// place of a download, an archive, a format of another program. Each is called what it is, with what to do.
import { InputError } from '../base/errors.ts';

export interface Kind {
  /** As a sentence says it: `a gzip archive`. */
  readonly is: string;
  readonly fix: string;
}

/** Bytes from a file's beginning that are enough to tell. */
export const ENOUGH_TO_TELL = 1024;

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

/** Files of a few lines that version control keeps where the real one would be. */
export function pointerOf(bytes: Uint8Array): Kind | undefined {
  const text = latin1(bytes.subarray(0, ENOUGH_TO_TELL));
  if (/^version https:\/\/(?:git-lfs\.github\.com|hawser\.github\.com)\/spec\/v\d/.test(text)) {
    const size = /^size (\d+)$/m.exec(text)?.[1];
    return {
      is: `a Git LFS pointer, not the file${size === undefined ? '' : ` of ${size} bytes`} that it stands for`,
      fix: 'Install git-lfs and run `git lfs pull` in its repository, or download the file itself from where it is published.',
    };
  }
  // What is unlocked but not there is a line with its key; what is locked is a link, which leads nowhere.
  if (/^(?:\.\.\/)*(?:\.git)?\/?annex\/objects\/\S+\s*$/.test(text)) {
    return {
      is: 'a git-annex pointer, not the file that it stands for',
      fix: 'Run `git annex get` on it in its repository, or download the file itself.',
    };
  }
  return undefined;
}

/** @throws InputError a pointer */
export function refusePointer(bytes: Uint8Array, file: string): void {
  const kind = pointerOf(bytes);
  if (kind !== undefined) throw new InputError(`It is ${kind.is}.`, { file }, kind.fix);
}

const UNPACK = 'Unpack it, and give the file that is in it.';
const unpackWith = (command: string) => `Unpack it with \`${command}\`, and give the file that is in it.`;

/** What a file begins with, or has at a place further on, as Latin-1; for a zip archive also its first entry's name. */
interface Signature extends Kind {
  readonly begins: readonly string[];
  readonly at?: number;
  readonly firstEntry?: readonly string[];
}

const ZIP = 'PK\x03\x04';
const WORKBOOK = ['[Content_Types].xml', '_rels/', 'xl/'];
const ASKED = 'Give a file of the kind that is asked for.';
const toCsv = (read: string) =>
  `Write it as CSV, in Python: import pandas; pandas.${read}.to_csv("data.csv", index=False)`;

const SIGNATURES: readonly Signature[] = [
  {
    begins: ['\x1f\x8b'],
    is: 'packed with gzip',
    fix: 'Unpack it with `gunzip` (a .tar.gz with `tar xzf`), and give the file that is in it.',
  },
  { begins: ['BZh91AY&SY', 'BZh61AY&SY', 'BZh11AY&SY'], is: 'packed with bzip2', fix: unpackWith('bunzip2') },
  { begins: ['\xfd7zXZ\0'], is: 'packed with xz', fix: unpackWith('unxz') },
  { begins: ['\x28\xb5\x2f\xfd'], is: 'packed with Zstandard', fix: unpackWith('unzstd') },
  { begins: ['7z\xbc\xaf\x27\x1c'], is: 'a 7-Zip archive', fix: UNPACK },
  { begins: ['Rar!\x1a\x07'], is: 'a RAR archive', fix: UNPACK },
  { begins: ['ustar'], at: 257, is: 'a tar archive', fix: unpackWith('tar xf') },
  { begins: ['%PDF-'], is: 'a PDF document', fix: ASKED },
  { begins: ['\x89PNG\r\n', '\xff\xd8\xff', 'GIF89a', 'GIF87a'], is: 'a picture', fix: ASKED },
  { begins: ['SQLite format 3\0'], is: 'an SQLite database', fix: 'Export what it holds first.' },
  { begins: ['PAR1'], is: 'a Parquet file', fix: toCsv('read_parquet("data.parquet")') },
  { begins: ['ARROW1', 'FEA1'], is: 'an Arrow file', fix: toCsv('read_feather("data.feather")') },
  {
    begins: ['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'],
    is: 'a file of an old Microsoft Office',
    fix: 'Open it there and save it as CSV or as text.',
  },
  {
    begins: [ZIP],
    firstEntry: WORKBOOK,
    is: 'a file of Microsoft Office, as Excel and Word write them',
    fix: 'Open it there and save it as CSV UTF-8, or as text.',
  },
  {
    begins: ['MATLAB 5.0 MAT-file'],
    is: 'a MATLAB file',
    fix: `Write the array that is meant with NumPy, in Python:
    import numpy, scipy.io
    arrays = scipy.io.loadmat("file.mat")
    numpy.save("array.npy", arrays["name"])`,
  },
  {
    begins: ['MATLAB 7.3 MAT-file'],
    is: 'a MATLAB file of version 7.3',
    fix: `Write the array that is meant with NumPy, in Python (MATLAB stores it transposed):
    import h5py, numpy
    numpy.save("array.npy", numpy.array(h5py.File("file.mat")["name"]).T)`,
  },
  { begins: ['GGUF'], is: 'a GGUF file, a format of transformers', fix: 'Give a network with LSTM layers.' },
  {
    begins: ['RDX2\n', 'RDX3\n', 'RDA2\n', 'RDA3\n'],
    is: 'an R workspace',
    fix: 'Save the model from Keras itself, with save_model_hdf5.',
  },
];

function fits(text: string, { begins, at = 0, firstEntry }: Signature): boolean {
  if (!begins.some((signature) => text.startsWith(signature, at))) return false;
  return firstEntry === undefined || firstEntry.some((name) => text.startsWith(name, NAME_IN_ZIP));
}

/** Where the name of an archive's first entry begins. */
const NAME_IN_ZIP = 30;

/** An HTML page, as a download that asks for a login or a button on a site gives. */
const PAGE = /^(?:ï»¿)?\s*<(?:!doctype\s+html|html|head)\b/i;

/**
 * @param bytes the first {@link ENOUGH_TO_TELL} or all of them
 * @returns undefined for a file of any other kind
 */
export function kindOf(bytes: Uint8Array): Kind | undefined {
  if (bytes.length === 0) return { is: 'empty: it has 0 bytes', fix: 'Save or fetch it again.' };
  const pointer = pointerOf(bytes);
  if (pointer !== undefined) return pointer;
  const text = latin1(bytes.subarray(0, ENOUGH_TO_TELL));
  const found = SIGNATURES.find((signature) => fits(text, signature));
  if (found !== undefined) return found;
  if (!PAGE.test(text)) return undefined;
  return {
    is: 'an HTML page, not the file that it was to be',
    fix: 'Download the file itself: on GitHub the “raw” one, elsewhere after the page’s own button or login.',
  };
}

/** @throws InputError a file of a kind that is never what was asked for, called what it is */
export function refuseOtherKind(bytes: Uint8Array, file: string): void {
  const kind = kindOf(bytes);
  if (kind !== undefined) throw new InputError(`It is ${kind.is}.`, { file }, kind.fix);
}

const AS_TEXT = 'Open it in its program and save it as plain text in UTF-8.';

/** Formats that hold more than text, among them those of models and of activations. */
const BINARY: readonly Signature[] = [
  { begins: [ZIP], firstEntry: ['word/'], is: 'a Word document', fix: AS_TEXT },
  { begins: [ZIP], firstEntry: ['mimetypeapplication/'], is: 'an OpenDocument file or an e-book', fix: AS_TEXT },
  { begins: [ZIP], is: 'a zip archive, no text', fix: UNPACK },
  { begins: ['\x89HDF\r\n'], is: 'an HDF5 file, no text', fix: ASKED },
  {
    begins: ['\x93NUMPY'],
    is: 'an array of NumPy, no text',
    fix: 'Write it as text, in Python: import numpy; numpy.savetxt("data.csv", numpy.load("data.npy"), delimiter=",")',
  },
  {
    begins: ['\x80\x02', '\x80\x03', '\x80\x04', '\x80\x05'],
    is: 'a pickle of Python, no text',
    fix: 'Write what it holds as text first, in Python.',
  },
];

/** Whether there are bytes that no text has, in whatever encoding of single bytes. */
function hasControls(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 9 || (code > 13 && code < 32 && code !== 0x1b)) return true;
  }
  return false;
}

/** @throws InputError a file that is no text, by its first bytes, called what it is */
export function refuseBinary(bytes: Uint8Array, file: string): void {
  const text = latin1(bytes.subarray(0, ENOUGH_TO_TELL));
  // A text may well begin with letters that are a signature elsewhere.
  if (!hasControls(text)) return;
  const kind = BINARY.find((signature) => fits(text, signature)) ?? kindOf(bytes);
  if (kind !== undefined) throw new InputError(`It is ${kind.is}.`, { file }, kind.fix);
}
