// What PyTorch's users save, where it is read as a plain stack of LSTM layers.
import { readPytorch as readAny } from '../../../../pipeline/models/formats/pytorch/read.ts';
import { asStack } from '../../compare.ts';

/** As the reader itself has it; a graph of layers, which a file with a GRU is, fails the test. */
export const readPytorch = async (...given: Parameters<typeof readAny>) => asStack(await readAny(...given));
