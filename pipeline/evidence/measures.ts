// How each part of the evidence is measured.
import { ablation } from './ablation/measure.ts';
import { clamped } from './clamped/measure.ts';
import { competing } from './competing/measure.ts';
import type { EvidenceMeasure } from './context.ts';
import { contribution } from './contribution/measure.ts';
import { description } from './description/measure.ts';
import { events } from './events/measure.ts';
import { halfLife } from './half-life/measure.ts';
import { interchanges } from './interchange/measure.ts';
import { map } from './map/measure.ts';
import type { CellEvidence, GalleryEvidence, PartName } from './parts.ts';
import { reach } from './reach/measure.ts';
import { wiring } from './wiring/measure.ts';

type Measures = {
  readonly [Name in PartName]: EvidenceMeasure<
    NonNullable<CellEvidence[Name]>,
    Name extends keyof GalleryEvidence ? NonNullable<GalleryEvidence[Name]> : never
  >;
};

/** For each part of the list, and in its order. */
export const MEASURES: Measures = {
  description,
  halfLife,
  reach,
  events,
  wiring,
  contribution,
  clamped,
  ablation,
  interchange: interchanges,
  competing,
  map,
};
