// Assembles the kernels, loops in WebAssembly's text format beside the code that uses them, into the modules that are
// committed: `npm run kernels` after a change of one.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import loadWabt from 'wabt';

/** Each has a module of its own, for a browser is sent that of the statistics. */
export const KERNEL_FOLDERS = ['statistics', 'training'].map((room) =>
  fileURLToPath(new URL(`../pipeline/${room}/kernels`, import.meta.url)),
);

export const assembledFile = (folder: string) => `${folder}/assembled.ts`;

/** The source of a folder's module: for each kernel, by the name of its file, its bytes in base64. */
export async function assembleKernels(folder: string): Promise<string> {
  const wabt = await loadWabt();
  const lines = readdirSync(folder)
    .filter((file) => file.endsWith('.wat'))
    .sort()
    .map((file) => {
      const module = wabt.parseWat(file, readFileSync(`${folder}/${file}`, 'utf8'));
      const base64 = Buffer.from(module.toBinary({}).buffer).toString('base64');
      module.destroy();
      return `  '${file.slice(0, -'.wat'.length)}':\n    '${base64}',\n`;
    });
  return `// Made by bench/kernels.ts of the .wat files here: change those.\nexport const ASSEMBLED = {\n${lines.join('')}} as const;\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const folder of KERNEL_FOLDERS) writeFileSync(assembledFile(folder), await assembleKernels(folder));
}
