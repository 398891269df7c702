// A GPU that every machine has: the Vulkan in software that comes with the Chromium of the browser's tests.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';

/** The only systems that its package has libraries for. */
export const HAS_SOFTWARE_VULKAN = process.platform === 'linux' && process.arch === 'x64';

/**
 * Unpacks it.
 * @param folder an empty one, for as long as it is used
 * @returns the environment of a process that finds it, and no GPU of the machine's own
 */
export function softwareVulkan(folder: string): Record<string, string | undefined> {
  const chromium = dirname(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))));
  const archive = brotliDecompressSync(readFileSync(join(chromium, 'bin', 'swiftshader.tar.br')));
  const { status, stderr } = spawnSync('tar', ['-x', '-C', folder], { input: archive, encoding: 'utf8' });
  if (status !== 0) throw new Error(`tar failed: ${stderr}`);
  const driver = join(folder, 'vk_swiftshader_icd.json');
  // Which of the two names the loader reads depends on its age.
  return { ...process.env, LD_LIBRARY_PATH: folder, VK_DRIVER_FILES: driver, VK_ICD_FILENAMES: driver };
}
