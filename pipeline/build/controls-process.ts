// A process that measures the untrained networks of a gallery: what they take of memory is given back before the network itself
// is scored.
import { loadGallery } from '../content/content.ts';
import { chooseEngine, type EngineChoice } from '../engines/index.ts';
import { measureControls } from '../gallery/controls.ts';
import { planNetwork } from '../gallery/measure.ts';
import { loadNetworkGallery } from '../gallery/network.ts';
import { answerRequests } from './processes.ts';
import { windowsOf } from './stages/windows.ts';

export interface ControlsTask extends EngineChoice {
  readonly content: string;
  /** Of the gallery, which has a model. */
  readonly id: string;
  /** The folder of the files of what windows say. */
  readonly windows: string;
  /** The folder that the controls are written below. */
  readonly to: string;
}

answerRequests<ControlsTask, void>(async ({ content, id, windows, to, ...choice }) => {
  const gallery = loadGallery(content, id);
  if ('activations' in gallery) throw new Error(`The gallery ${id} has no network to make untrained ones of.`);
  const network = loadNetworkGallery(content, gallery);
  const plan = planNetwork(network);
  const prepared = windowsOf(windows, network.labelled, plan);
  await measureControls(to, network, { engine: await chooseEngine(choice), workers: choice.threads }, plan, prepared);
});
