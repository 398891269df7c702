import { describe, expect, it } from 'vitest';
import { layerNumber } from '../../pipeline/models/layer-names.ts';
import { inputError } from '../temporary.ts';

const two = { count: 2, names: ['model.encoder', 'model.decoder'] };

describe('layerNumber', () => {
  it('finds a layer by its number, its name, or the end of its name', () => {
    expect([1, 2, 'model.decoder', 'encoder'].map((wanted) => layerNumber(two, wanted))).toEqual([1, 2, 2, 1]);
    expect(layerNumber({ count: 2, names: ['net/lstm', 'net/lstm_1'] }, 'lstm')).toBe(1);
    // The whole name comes before another one's end.
    expect(layerNumber({ count: 2, names: ['a.lstm', 'lstm'] }, 'lstm')).toBe(2);
  });

  it.each([
    [two, 3, 'There is no layer 3: there are 2 LSTM layers.\n  Ask for one from 1 to 2.'],
    [two, 'encode', 'There is no LSTM layer "encode".\n  Known: model.encoder, model.decoder.'],
    [{ count: 2, names: ['a.lstm', 'b.lstm'] }, 'lstm', 'Ask for one by its number: 1 ("a.lstm"), 2 ("b.lstm").'],
    [{ count: 1, names: [] }, 'lstm', 'the layers of this model have no names.\n  Ask for --layer 1.'],
  ])('says which there are: %j %s', (layers, wanted, message) => {
    expect(inputError(() => layerNumber(layers, wanted)).message).toContain(message);
  });
});
