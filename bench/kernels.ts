// Assembles the kernels, loops in WebAssembly's text format beside the statistics that use them, into the module that is
// committed: `npm run kernels` after a change of one.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import loadWabt from 'wabt';

const FOLDER = fileURLToPath(new URL('../pipeline/statistics/kernels', import.meta.url));
export const ASSEMBLED = `${FOLDER}/assembled.ts`;

/** The source of the module: for each kernel, by the name of its file, its bytes in base64. */
export async function assembleKernels(): Promise<string> {
  const wabt = await loadWabt();
  const lines = readdirSync(FOLDER)
    .filter((file) => file.endsWith('.wat'))
    .sort()
    .map((file) => {
      const module = wabt.parseWat(file, readFileSync(`${FOLDER}/${file}`, 'utf8'));
      const base64 = Buffer.from(module.toBinary({}).buffer).toString('base64');
      module.destroy();
      return `  '${file.slice(0, -'.wat'.length)}':\n    '${base64}',\n`;
    });
  return `// Made by bench/kernels.ts of the .wat files here: change those.\nexport const ASSEMBLED = {\n${lines.join('')}} as const;\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(ASSEMBLED, await assembleKernels());
