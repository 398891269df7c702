// What every part of the contract is made of.

import { z } from 'zod';
import { CELL_ID } from '../base/cell-ids.ts';
import { ALIGNMENTS, SIGNALS } from '../base/signals.ts';

/** Raised whenever a reader of the old files would misread the new ones. */
export const FORMAT = 1;

export const format = z.literal(FORMAT);
export const count = z.int().nonnegative();
export const share = z.number().min(0).max(1);
export const interval = z.tuple([z.number(), z.number()]);
export const cellId = z.string().regex(CELL_ID);
export const slug = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);
export const signal = z.enum(SIGNALS);
export const alignment = z.enum(ALIGNMENTS);
export const split = z.enum(['train', 'validation', 'held-out']);

/** What a signal's byte stands for, `low + byte / 255 * (high - low)`: the value itself, or its tanh. */
const domain = z.object({ low: z.number(), high: z.number(), transform: z.enum(['none', 'tanh']) });
export const domainsSchema = z.object({ i: domain, f: domain, g: domain, o: domain, c: domain, h: domain });
export type Domains = z.infer<typeof domainsSchema>;

/** A file of bytes that belongs to an artifact: its path below the gallery's folder and its true size. */
export const sideFile = z.object({ path: z.string(), bytes: count });

export type Split = z.infer<typeof split>;
