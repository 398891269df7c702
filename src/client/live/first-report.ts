// What the page brings along about its sample text.
import type { Choice } from '../../shared/live-choice.ts';
import { type PackedReport, unpackReport } from '../../shared/network/first.ts';
import type { Report } from '../../shared/network/protocol.ts';

/** @returns null where another text or another cell is asked for */
export function readFirstReport(root: HTMLElement, asked: Choice, usual: Choice): Omit<Report, 'revision'> | null {
  const packed = JSON.parse(root.dataset.first!) as PackedReport | null;
  if (packed === null || asked.text !== usual.text || asked.cell !== usual.cell) return null;
  return unpackReport(packed, [...usual.text].length);
}
