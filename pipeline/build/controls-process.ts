// A process that measures the untrained networks of a gallery: what they take of memory is given back before the network itself
// is scored.
import { loadGallery } from '../content/content.ts';
import { chooseEngine } from '../engines/index.ts';
import { measureControls } from '../gallery/controls.ts';
import { planNetwork } from '../gallery/measure.ts';
import { loadNetworkGallery } from '../gallery/network.ts';
import { answerRequests } from './processes.ts';
import type { ControlsTask } from './stages/twin.ts';
import { windowsOf } from './stages/windows.ts';

answerRequests<ControlsTask, void>(async ({ content, id, windows, to, ...choice }) => {
  const gallery = loadGallery(content, id);
  if ('activations' in gallery) throw new Error(`The gallery ${id} has no network to make untrained ones of.`);
  const network = loadNetworkGallery(content, gallery);
  const plan = planNetwork(network);
  const prepared = windowsOf(windows, network.labelled, plan);
  await measureControls(to, network, { engine: await chooseEngine(choice), workers: choice.threads }, plan, prepared);
});
