// The two ways to mark runs of a text: ranges of the CSS Custom Highlight API, which add no elements, and spans.
import type { Run } from '../lib/runs.ts';

/** Whether ranges can be painted. In forced colours a browser paints all of them in the colours of a selection. */
export const canHighlight = 'highlights' in CSS && !matchMedia('(forced-colors: active)').matches;

/** A class for a step's spans, or a name for its highlight. */
type NameOf = (step: number) => string;
export const stepName: NameOf = (step) => `s${step}`;

/** A span a run. @param neutral the step that gets no mark */
export function spansOf(runs: readonly Run[], neutral: number, nameOf: NameOf = stepName): HTMLSpanElement[] {
  return runs.map(({ step, text }) => {
    const span = document.createElement('span');
    if (step !== neutral) span.className = nameOf(step);
    span.textContent = text;
    return span;
  });
}

/** The places of the runs that get a mark. @param node the text that the runs spell together */
export function rangesOf(runs: readonly Run[], node: Node, neutral: number): { step: number; range: StaticRange }[] {
  let end = 0;
  return runs.flatMap(({ step, text }) => {
    const start = end;
    end += text.length;
    if (step === neutral) return [];
    const place = { startContainer: node, startOffset: start, endContainer: node, endOffset: end };
    return [{ step, range: new StaticRange(place) }];
  });
}
