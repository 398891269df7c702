// The parts of the evidence: what each tells of a cell and of the whole gallery, and the figures and tables made of that.
// This is their list. They are measured, and a cell's page draws them, in this order.
import { z } from 'zod';
import type { Figures, RankedCell, Table } from '../base/figures.ts';
import { ablationFigures, ablationSampleSchema, ablationSchema } from './ablation/schema.ts';
import { clampedFigures, clampedSchema } from './clamped/schema.ts';
import { competingSchema } from './competing/schema.ts';
import { contributionFigures, contributionSchema } from './contribution/schema.ts';
import { descriptionSchema } from './description/schema.ts';
import { eventFigures, eventsSchema } from './events/schema.ts';
import { halfLifeSchema } from './half-life/schema.ts';
import { galleryInterchangeSchema, interchangeSchema, interchangeTable } from './interchange/schema.ts';
import { cellMapSchema, galleryMapSchema, mapTable } from './map/schema.ts';
import { galleryReachSchema, reachFigures, reachSchema } from './reach/schema.ts';
import { wiringFigures, wiringSchema } from './wiring/schema.ts';

interface Part {
  /** Of what it tells of one cell. */
  readonly cell: z.ZodObject;
  /** Of what it tells of all cells together. */
  readonly gallery?: z.ZodObject;
  /** @param names of what the network reads: its vocabulary, or the features of a series */
  figures?(cell: object, names: readonly string[]): Figures;
  /** Written as `<part>.csv`. @param cells in the order of `cells.json` */
  table?(gallery: object, cells: readonly RankedCell[]): Table;
}

const PARTS = {
  description: { cell: descriptionSchema },
  halfLife: { cell: halfLifeSchema },
  reach: { cell: reachSchema, gallery: galleryReachSchema, figures: reachFigures },
  events: { cell: eventsSchema, figures: eventFigures },
  wiring: { cell: wiringSchema, figures: wiringFigures },
  contribution: { cell: contributionSchema, figures: contributionFigures },
  clamped: { cell: clampedSchema, figures: clampedFigures },
  ablation: { cell: ablationSchema, gallery: ablationSampleSchema, figures: ablationFigures },
  interchange: { cell: interchangeSchema, gallery: galleryInterchangeSchema, table: interchangeTable },
  competing: { cell: competingSchema },
  map: { cell: cellMapSchema, gallery: galleryMapSchema, table: mapTable },
} satisfies Record<string, Part>;

export type PartName = keyof typeof PARTS;

/** The names of all parts. */
export const PART_NAMES = Object.keys(PARTS) as PartName[];

const parts: readonly (readonly [PartName, Part])[] = PART_NAMES.map((name) => [name, PARTS[name]]);

type Parts = typeof PARTS;
type CellSchemas = { [Name in PartName]: Parts[Name]['cell'] };
type Galleries = { [Name in PartName]: Parts[Name] extends { gallery: infer Schema } ? Schema : never };
type GallerySchemas = { [Name in PartName as Galleries[Name] extends never ? never : Name]: Galleries[Name] };

/** Of one cell: a key for each part that was measured. */
export const cellEvidenceSchema = z
  .strictObject(Object.fromEntries(parts.map(([name, { cell }]) => [name, cell])) as CellSchemas)
  .partial();
export type CellEvidence = z.infer<typeof cellEvidenceSchema>;

/** Of all cells together. */
export const galleryEvidenceSchema = z
  .strictObject(
    Object.fromEntries(parts.flatMap(([name, { gallery }]) => (gallery ? [[name, gallery]] : []))) as GallerySchemas,
  )
  .partial();
export type GalleryEvidence = z.infer<typeof galleryEvidenceSchema>;

type Found = Readonly<Record<string, object | undefined>>;

/** The figures of what was measured of a cell. @param names of what the network reads */
export function evidenceFigures(evidence: CellEvidence, names: readonly string[]): Figures {
  const found: Found = evidence;
  return Object.assign({}, ...parts.map(([name, part]) => found[name] && part.figures?.(found[name], names)));
}

/** The tables of all cells, each with the part that it belongs to. */
export function evidenceTables(evidence: GalleryEvidence, cells: readonly RankedCell[]): [PartName, Table][] {
  const found: Found = evidence;
  return parts.flatMap(([name, { table }]) => (found[name] && table ? [[name, table(found[name], cells)]] : []));
}
