// The scores of the same network with fresh weights, several times: what a cell must be compared with.
import { measureControls } from '../../gallery/controls.ts';
import { planOnce } from '../../gallery/measure.ts';
import type { Stage, StageResult, Workbench } from '../stage.ts';
import { windowsOf } from './windows.ts';

export function twinStage({ build, network, shared }: Workbench, windows: StageResult, inputs: Stage['inputs']): Stage {
  const { engine, threads, folder } = build;
  return {
    name: 'twin',
    module: import.meta.url,
    folder,
    inputs: { ...inputs, windows: windows.hash },
    run(to) {
      const plan = planOnce(network, shared);
      const prepared = windowsOf(windows, network.labelled, plan);
      return measureControls(to, network, { engine, workers: threads }, plan, prepared);
    },
  };
}
