import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { AGREEMENT } from '../../pipeline/engines/index.ts';
import { temporaryFolder } from '../temporary.ts';
import { HAS_SOFTWARE_VULKAN, softwareVulkan } from './software-vulkan.ts';

describe.skipIf(!HAS_SOFTWARE_VULKAN)('on WebGPU, by a Vulkan in software (skipped where there is none)', () => {
  it('the native engine gives the gradients, and the signals of a long window, of the reference within 1e-5', () => {
    const program = fileURLToPath(new URL('./on-webgpu.ts', import.meta.url));
    const env = softwareVulkan(temporaryFolder());
    const { status, stdout, stderr } = spawnSync(process.execPath, [program], { env, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { training, signals } = JSON.parse(stdout) as { training: number; signals: Record<string, number> };
    expect(training).toBeLessThan(AGREEMENT);
    expect(Object.keys(signals).filter((name) => /\.[ifgoch]$/.test(name))).toHaveLength(12);
    for (const [name, difference] of Object.entries(signals)) expect(difference, name).toBeLessThan(AGREEMENT);
  });
});
