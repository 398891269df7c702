import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { layLibraries } from '../../pipeline/cli/cuda-library.ts';
import { inputError, temporaryFolder } from '../temporary.ts';

const LIBRARIES = { libonnxruntime_providers_shared: 'shared', libonnxruntime_providers_cuda: 'cuda'.repeat(1000) };

const sumOf = (content: string) => createHash('sha256').update(content).digest('base64url');

/** A wheel as pip has it, with a list of what is in it. @param change of what is in it, once it is listed */
function wheel(version: string, change: (files: Record<string, string>) => void = () => {}): string {
  const files = Object.fromEntries(
    Object.entries({ ...LIBRARIES, libonnxruntime_providers_tensorrt: 'x' }).map(([name, content]) => [
      `onnxruntime/capi/${name}.so`,
      content,
    ]),
  );
  const lines = Object.entries(files).map(
    ([name, content]) => `${name},sha256=${sumOf(content)},${content.length}\r\n`,
  );
  files[`onnxruntime_gpu-${version}.dist-info/RECORD`] = lines.join('');
  change(files);
  const path = join(temporaryFolder(), 'onnxruntime_gpu.whl');
  writeFileSync(path, zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)]))));
  return path;
}

describe("onnxruntime's library for CUDA", () => {
  it('is laid where it is looked for, whole, and nothing else of the wheel', () => {
    const folder = temporaryFolder();
    const written = layLibraries(wheel('1.2.3'), '1.2.3', folder);
    expect(written.sort()).toEqual(
      Object.keys(LIBRARIES)
        .map((name) => join(folder, `${name}.so`))
        .sort(),
    );
    expect(readdirSync(folder)).toHaveLength(2);
    for (const [name, content] of Object.entries(LIBRARIES)) {
      expect(readFileSync(join(folder, `${name}.so`), 'utf8')).toBe(content);
    }
  });

  it.each([
    [
      'of another version',
      () => wheel('1.2.4'),
      'It is no wheel of onnxruntime-gpu 1.2.3, the version of onnxruntime-node that is installed.',
    ],
    [
      'for a system without it',
      () =>
        wheel('1.2.3', (files) => {
          delete files['onnxruntime/capi/libonnxruntime_providers_cuda.so'];
        }),
      'It holds no onnxruntime/capi/libonnxruntime_providers_cuda.so.',
    ],
    [
      'that was tampered with',
      () =>
        wheel('1.2.3', (files) => {
          files['onnxruntime/capi/libonnxruntime_providers_cuda.so'] += '!';
        }),
      'Its onnxruntime/capi/libonnxruntime_providers_cuda.so is not what it lists.',
    ],
  ])('is not taken from a wheel %s, and nothing is written', (_, make, what) => {
    const path = make();
    const folder = temporaryFolder();
    expect(inputError(() => layLibraries(path, '1.2.3', folder))).toMatchObject({ what, place: { file: path } });
    expect(readdirSync(folder)).toEqual([]);
  });
});
