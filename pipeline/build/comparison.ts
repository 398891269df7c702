// What a network's cells are compared with, before the network itself is asked: what the last few steps tell, and what networks
// reach that learned nothing.
import { planOnce } from '../gallery/measure.ts';
import { fingerprints } from './fingerprints.ts';
import { runStage, type StageResult, type Workbench } from './stage.ts';
import { twinStage } from './stages/twin.ts';
import { windowsStage } from './stages/windows.ts';

/** The stages that are the same for all networks of one shape that read the same text. */
export type Comparison = Readonly<Record<'windows' | 'twin', StageResult>>;

/** Runs them, or takes what they made before. */
export async function measureComparison(bench: Workbench): Promise<Comparison> {
  const { build, network, shared } = bench;
  const { text, labels, division, architecture, engine, sequence } = fingerprints(network, build.engine);
  const planned = () => planOnce(network, shared);
  const windows = await runStage(windowsStage(build, network.labelled, planned, { text, labels, division }));
  const inputs = { architecture, text, labels, division, engine, sequence };
  return { windows, twin: await runStage(twinStage(bench, windows, inputs)) };
}
