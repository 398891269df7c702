// The scores of the same network with fresh weights, several times: what a cell must be compared with.

import { ENGINE_NAMES, type EngineChoice } from '../../engines/index.ts';
import { measureControls } from '../../gallery/controls.ts';
import { planOnce } from '../../gallery/measure.ts';
import { countCells } from '../../scoring/tally/staging.ts';
import { isWorthProcesses, startProcess } from '../processes.ts';
import type { Stage, StageResult, Workbench } from '../stage.ts';
import { windowsOf } from './windows.ts';

/** What the process of a large gallery is asked, which measures as this stage does. */
export interface ControlsTask extends EngineChoice {
  readonly content: string;
  /** Of the gallery, which has a model. */
  readonly id: string;
  /** The folder of the files of what windows say. */
  readonly windows: string;
  /** The folder that the controls are written below. */
  readonly to: string;
}

export function twinStage({ build, network, shared }: Workbench, windows: StageResult, inputs: Stage['inputs']): Stage {
  const { id, content, engine, threads, folder } = build;
  return {
    name: 'twin',
    module: import.meta.url,
    folder,
    inputs: { ...inputs, windows: windows.hash },
    async run(to) {
      const plan = planOnce(network, shared);
      if (!isWorthProcesses(countCells(plan.layers), plan.judge.positions.length, engine)) {
        const prepared = windowsOf(windows.output, network.labelled, plan);
        return measureControls(to, network, { engine, workers: threads }, plan, prepared);
      }
      const name = ENGINE_NAMES.find((known) => known === engine.name);
      const measuring = startProcess<ControlsTask, unknown>('controls-process', `build of ${id}`, folder);
      try {
        await measuring.ask({ content, id, windows: windows.output, to, engine: name, threads });
      } finally {
        measuring.end();
      }
    },
  };
}
