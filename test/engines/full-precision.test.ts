import { afterEach, expect, it, vi } from 'vitest';

/** What a library reads when it is loaded. */
const ask = () => process.env.NVIDIA_TF32_OVERRIDE;

afterEach(() => vi.unstubAllEnvs());

it("turns TF32 off before onnxruntime's native library is loaded", async () => {
  vi.stubEnv('NVIDIA_TF32_OVERRIDE', undefined);
  const found: Record<string, string | undefined> = {};
  const load = process.dlopen;
  const spy = vi.spyOn(process, 'dlopen').mockImplementation((module, path, ...flags) => {
    found[path] = ask();
    load.call(process, module, path, ...flags);
  });
  await import('../../pipeline/engines/onnx.ts');
  spy.mockRestore();
  const [path] = Object.keys(found).filter((name) => name.endsWith('onnxruntime_binding.node'));
  expect(path).toBeDefined();
  expect(found[path!]).toBe('0');
});

it('leaves a setting of TF32 as it is', async () => {
  vi.resetModules();
  vi.stubEnv('NVIDIA_TF32_OVERRIDE', '1');
  await import('../../pipeline/engines/full-precision.ts');
  expect(ask()).toBe('1');
});
