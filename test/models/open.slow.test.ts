import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openModel } from '../../pipeline/models/open.ts';
import { temporaryFolder } from '../temporary.ts';

const fixture = (path: string) => fileURLToPath(new URL(`../fixtures/${path}`, import.meta.url));
const content = fileURLToPath(new URL('../../content', import.meta.url));

describe('openModel', () => {
  it('takes a file or folder where there is one, and else an id', async () => {
    const { architecture, stateful, origin } = await openModel(fixture('keras/keras2-stateful.h5'), content);
    expect({ units: architecture.units, stateful, format: origin.format }).toEqual({
      units: [10],
      stateful: true,
      format: 'Keras 2.2.4, HDF5',
    });
    expect((await openModel(fixture('tfjs/stateful'), content)).origin.format).toContain('TensorFlow.js');
    const byId = await openModel('alice', content);
    expect(byId.vocabulary).toHaveLength(75);
    expect(byId.stateful).toBe(false);
    expect(await openModel(join(content, 'models', 'alice'), temporaryFolder())).toEqual({
      ...byId,
      name: join(content, 'models', 'alice'),
    });
  });

  it('tells an unknown id, a missing file and an untrained model apart', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'models', 'mine'), { recursive: true });
    writeFileSync(join(folder, 'models', 'mine', 'training.yaml'), '');
    await expect(openModel('nine', folder)).rejects.toThrow('Did you mean "mine"?');
    await expect(openModel('absent.h5', folder)).rejects.toThrow('absent.h5: There is no such file');
    await expect(openModel('mine', folder)).rejects.toThrow(/not trained yet.*\n.*cellarium train mine/);
  });

  it('refuses weights that are not those of their card', async () => {
    const folder = join(temporaryFolder(), 'alice');
    cpSync(join(content, 'models', 'alice', 'card.md'), join(folder, 'card.md'));
    cpSync(fixture('pytorch/one-layer.safetensors'), join(folder, 'model.safetensors'));
    await expect(openModel(folder, content)).rejects.toThrow('SHA-256');
  });
});
