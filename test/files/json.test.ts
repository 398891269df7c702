import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repeatedKey } from '../../pipeline/files/json.ts';

describe('repeatedKey', () => {
  it('finds none in what JSON.stringify writes, whatever is in it', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => repeatedKey(JSON.stringify(value)) === undefined));
  });

  it.each([
    ['{"a":1,"a":2}', 'a'],
    ['[{"b":{}},{"a":[{"c":1,"\\u0063":[]}]}]', 'c'],
    ['{"\\\\":1,"\\\\":2}', '\\'],
    ['{"\\"":1,"\\\\\\"":2,"\\"":3}', '"'],
  ])('finds the key of %s', (json, key) => {
    JSON.parse(json);
    expect(repeatedKey(json)).toBe(key);
  });

  it.each([
    '{"a":{"a":"a"}}',
    '[{"a":1},{"a":1}]',
    '{"a":"\\"a\\":1,","b":"a"}',
    '{"x\\\\":"}","y":"{\\"x\\\\\\\\\\":"}',
  ])('finds none in %s', (json) => {
    JSON.parse(json);
    expect(repeatedKey(json)).toBeUndefined();
  });

  it('reads through a string of many megabytes', () => {
    const long = JSON.stringify('\\"\n'.repeat(5_000_000));
    expect(repeatedKey(`{"a":${long},"a":1}`)).toBe('a');
  });
});
