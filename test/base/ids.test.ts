import { describe, expect, it } from 'vitest';
import { faultOfId } from '../../pipeline/base/ids.ts';

describe('an id', () => {
  it.each(['alice', 'through-the-glass', '2001', 'console', 'com', 'lpt10', 'a'.repeat(100)])('may be %j', (id) => {
    expect(faultOfId(id, true)).toBeUndefined();
  });

  it.each([
    ['Alice', 'cannot be part'],
    ['.alice', 'cannot be part'],
    ['../alice', 'cannot be part'],
    ['a--b', 'cannot be part'],
    ['', 'cannot be part'],
    ['a'.repeat(245), 'is longer than 100 characters'],
    ['con', 'is the name of a device'],
    ['lpt1', 'is the name of a device'],
    ['nul', 'is the name of a device'],
  ])('may not be %j', (id, why) => {
    expect(faultOfId(id)?.why).toContain(why);
  });

  it.each(['method', 'data', '404', 'index', 'site', 'front', 'texts', 'import'])(
    'of a gallery may not be %j, which stands beside the galleries; of a model it may',
    (id) => {
      expect(faultOfId(id, true)?.why).toBe('is the name of something that stands beside the galleries');
      expect(faultOfId(id)).toBeUndefined();
    },
  );
});
