import { describe, expect, it, vi } from 'vitest';
import { explain, type Trial, tryApart } from '../../../pipeline/cli/device-trial.ts';
import { AGREEMENT, type EngineChoice } from '../../../pipeline/engines/index.ts';
import { output } from '../in-process.ts';

vi.mock('../../../pipeline/cli/device-trial.ts', async (original) => {
  const module = await original<typeof import('../../../pipeline/cli/device-trial.ts')>();
  return { ...module, tryApart: vi.fn(module.tryApart) };
});

/** What a machine with an NVIDIA GPU and no Vulkan might give. */
function onSomeMachine({ engine = 'onnx', device = 'cpu' }: EngineChoice): Trial {
  if (device === 'cuda') return { engine, device, difference: 2.2e-6, agrees: true, charactersPerSecond: 38_123.4 };
  if (device === 'webgpu') return { engine, device, agrees: false, problem: 'No supported adapters' };
  if (engine === 'tfjs') return { engine, device: 'cuda', difference: 1.1e-3, agrees: false };
  return { engine, device, difference: 6e-7, agrees: true, charactersPerSecond: 5000 };
}

describe('a device, tried in a process of its own', () => {
  it('has a difference from the reference, and a rate', () => {
    const trial = tryApart({ engine: 'onnx', threads: 1 });
    expect(trial).toMatchObject({ engine: 'onnx', device: 'cpu', agrees: true });
    expect(trial.difference).toBeGreaterThan(0);
    expect(trial.difference).toBeLessThan(AGREEMENT);
    expect(trial.charactersPerSecond).toBeGreaterThan(0);
  });

  it('has a problem in place of them where what runs it ends without a word', () => {
    expect(tryApart({ engine: 'no such engine' as 'onnx' })).toMatchObject({ agrees: false });
  });

  it.each([
    [
      'E: Failed to load library /a/libonnxruntime_providers_shared.so with error: /a/libonnxruntime_providers_shared.so: cannot open shared object file',
      "onnxruntime's library for CUDA is not installed, which npx cellarium gpu install does.",
    ],
    [
      'E: Failed to load library /a/libonnxruntime_providers_cuda.so with error: libcublasLt.so.13: cannot open shared object file: No such file or directory\n',
      'libcublasLt.so.13: cannot open shared object file: No such file or directory',
    ],
    ['', 'Failed to load shared library'],
  ])("names the library that is missing, out of onnxruntime's log: %s", (log, problem) => {
    expect(explain('Failed to load shared library', log)).toBe(problem);
  });
});

describe('cellarium devices', () => {
  it('prints each way to compute with how far it is off and how fast it is, and why it is not used', async () => {
    vi.mocked(tryApart).mockImplementation(onSomeMachine);
    const lines = (await output('devices')).split('\n');
    expect(lines.find((line) => line.startsWith('--device cuda '))).toMatch(/onnx +cuda +2\.2e-6 +38,123$/);
    expect(lines).toContain('--device webgpu is not used: No supported adapters');
    expect(lines).toContain('--engine tfjs is not used: it does not agree with the reference.');
  });

  it('prints the same as JSON', async () => {
    vi.mocked(tryApart).mockImplementation(onSomeMachine);
    const { format, agreement, devices } = JSON.parse(await output('devices', '--json', '--threads', '3'));
    expect({ format, agreement }).toEqual({ format: 1, agreement: AGREEMENT });
    expect(devices.map(({ options }: { options: string }) => options)).toEqual([
      ...['--engine onnx', '--engine onnx-web', '--device cuda', '--device webgpu', '--engine tfjs'],
    ]);
    expect(devices[2]).toEqual({ options: '--device cuda', ...onSomeMachine({ device: 'cuda' }) });
    expect(tryApart).toHaveBeenLastCalledWith({ engine: 'tfjs', threads: 3 });
  });
});
