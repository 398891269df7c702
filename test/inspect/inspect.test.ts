import { describe, expect, it } from 'vitest';
import { cellNames, countUnits, selectCells } from '../../pipeline/inspect/inspect.ts';
import type { Architecture } from '../../pipeline/lstm/parameters.ts';
import { inputError } from '../temporary.ts';

const ARCHITECTURE: Architecture = {
  inputs: 2,
  units: [3, 4],
  bidirectional: [false, true],
  outputs: 0,
  cellActivation: 'tanh',
  recurrentActivation: { kind: 'sigmoid' },
};

describe('selectCells', () => {
  it('takes everything unless it is told otherwise, both directions too', () => {
    const selection = selectCells(ARCHITECTURE, {});
    expect(selection.layers.map(countUnits)).toEqual([3, 8]);
    expect(selection.signals).toEqual(['i', 'f', 'g', 'o', 'c', 'h']);
    expect(cellNames(selection).slice(2, 5)).toEqual(['1-2', '2-0', '2-1']);
  });

  it('takes the layer and the units that it is told', () => {
    const selection = selectCells(ARCHITECTURE, { layer: 2, unit: { first: 3, last: 5 }, signal: ['f'] });
    expect(cellNames(selection)).toEqual(['2-3', '2-4', '2-5']);
    expect(selection.signals).toEqual(['f']);
  });

  it('refuses a layer or a unit that is not there', () => {
    expect(inputError(() => selectCells(ARCHITECTURE, { layer: 3 })).message).toContain('There is no layer 3');
    const { message } = inputError(() => selectCells(ARCHITECTURE, { unit: { first: 0, last: 3 } }));
    expect(message).toContain('There is no unit 3 in layer 1, which has 3.');
    expect(message).toContain('from 0 to 2');
  });
});
