// An ONNX model: computed whole where it is a plain stack, without its head where that alone is something else, and else
// as a graph of which the LSTM layers are opened.
import { type ForeignNetwork, Unsupported } from '../../foreign.ts';
import { GRUS, type LayeredModel } from '../../graph/model.ts';
import { openOnnx } from './layered.ts';
import { plainNetwork } from './plain.ts';

/**
 * Weights may be in a file beside the model.
 * @throws {InputError} a file that is no ONNX model, or has no LSTM that can be opened; shapes that do not fit each other
 */
export async function readOnnx(path: string): Promise<ForeignNetwork | LayeredModel> {
  const opened = await openOnnx(path);
  // A stack of GRU layers is both: its layers are shown as those of any graph.
  const shown = (network: ForeignNetwork) =>
    network.layers.some(({ kind }) => kind === 'gru') ? { ...opened.model, why: GRUS, whole: network } : network;
  const whole = await attempt(() => plainNetwork(opened, path, false));
  if (!(whole instanceof Unsupported)) return shown(whole);
  const stack = await attempt(() => plainNetwork(opened, path, true));
  if (stack instanceof Unsupported) return { ...opened.model, why: whole.what };
  const last = opened.layers.at(-1)!.name;
  return shown({ ...stack, withoutHead: `What follows "${last}" is left out. ${whole.what}` });
}

async function attempt<T>(read: () => Promise<T>): Promise<T | Unsupported> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Unsupported) return error;
    throw error;
  }
}
