import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { beginFile, writeAtomically } from '../../pipeline/files/files.ts';
import { inputError, temporaryFolder } from '../temporary.ts';

const module = new URL('../../pipeline/files/files.ts', import.meta.url).href;
const hasNamespaces = spawnSync('unshare', ['-rm', 'true']).status === 0;

describe('writeAtomically', () => {
  it('replaces a file and leaves nothing beside it', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'a.txt');
    writeAtomically(path, 'one');
    writeAtomically(path, 'two “quoted”');
    expect(readFileSync(path, 'utf8')).toBe('two “quoted”');
    expect(readdirSync(folder)).toEqual(['a.txt']);
  });

  it('explains why a path cannot be written, and leaves nothing', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    mkdirSync(join(folder, 'folder'));
    expect(inputError(() => writeAtomically(join(folder, 'file', 'x'), '')).what).toMatch(/^Cannot write it: /);
    expect(inputError(() => writeAtomically(join(folder, 'folder'), '')).what).toBe('Cannot write it: it is a folder.');
    expect(readdirSync(folder)).toEqual(['file', 'folder']);
  });

  it.skipIf(!hasNamespaces)('keeps the old file when the disk is full (needs user namespaces)', () => {
    const folder = temporaryFolder();
    const script = `
      import { readdirSync, readFileSync } from 'node:fs';
      import { writeAtomically } from '${module}';
      writeAtomically('${folder}/x', 'old');
      try { writeAtomically('${folder}/x', new Uint8Array(1e6)); } catch (error) { console.log(error.message); }
      console.log(readFileSync('${folder}/x', 'utf8'), readdirSync('${folder}').join());`;
    const command = `mount -t tmpfs -o size=64k tmpfs ${folder} && '${process.execPath}' --input-type=module -e "$SCRIPT"`;
    const output = execFileSync('unshare', ['-rm', 'sh', '-c', command], {
      encoding: 'utf8',
      env: { ...process.env, SCRIPT: script },
    });
    expect(output).toContain(`${folder}/x: Cannot write it: the disk is full.\n  Make room`);
    expect(output.trimEnd().endsWith('old x')).toBe(true);
  });
});

describe('beginFile', () => {
  it('removes what was never finished when the process ends', () => {
    const folder = temporaryFolder();
    const script = `
      import { readdirSync, writeSync } from 'node:fs';
      import { beginFile } from '${module}';
      writeSync(beginFile('${folder}/x').descriptor, 'half');
      console.log(readdirSync('${folder}').length);
      process.exit(3);`;
    const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect({ stdout, status }).toEqual({ stdout: '1\n', status: 3 });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('lets two writers of one path work side by side, the last to commit winning', () => {
    const path = join(temporaryFolder(), 'x');
    const [first, second] = [beginFile(path), beginFile(path)];
    writeFileSync(first.descriptor, 'first');
    writeFileSync(second.descriptor, 'second');
    second.commit();
    first.commit();
    expect(readFileSync(path, 'utf8')).toBe('first');
  });
});
