// The package as npm makes it, installed in an empty folder by the command that the README gives, and used as it says.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('../..', import.meta.url));
const fixtures = join(root, 'test', 'fixtures', 'keras');

interface KerasCase {
  file: string;
  /** [steps][features] */
  input: number[][];
  /** Of each layer, [steps][units]. */
  signals: Record<string, number[][]>[];
}

let home: string;

const npm = (folder: string, ...args: string[]) =>
  execFileSync('npm', args, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, npm_config_audit: 'false', npm_config_fund: 'false', npm_config_prefer_offline: 'true' },
  });

/** Installs the package, with no flag, in a folder that is empty. */
function installIn(folder: string, ...by: string[]): void {
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  npm(folder, ...by, 'install', join(home, `${manifest.name}-${manifest.version}.tgz`));
}

/** What npm wrote down of each package that it installed, by its folder. */
function installedIn(folder: string): [folder: string, { hasInstallScript?: boolean }][] {
  const { packages } = JSON.parse(readFileSync(join(folder, 'node_modules', '.package-lock.json'), 'utf8'));
  return Object.entries(packages);
}

function run(script: string): string {
  writeFileSync(join(home, 'program.mjs'), script);
  return execFileSync(process.execPath, ['program.mjs'], { cwd: home, encoding: 'utf8' });
}

const command = (...args: string[]) =>
  spawnSync(join(home, 'node_modules', '.bin', 'cellarium'), args, { cwd: home, encoding: 'utf8' });

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'cellarium-package-'));
  npm(root, 'pack', '--pack-destination', home);
  installIn(home);
  copyFileSync(join(fixtures, 'keras2-stateful.h5'), join(home, 'model.h5'));
}, 480_000);

afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('the installed package', () => {
  it('brings nothing for a graphics card, and no install script but three that fetch nothing', () => {
    const names = installedIn(home).map(([folder]) => folder.replace(/^.*node_modules\//, ''));
    expect(names).toContain('onnxruntime-web');
    expect(names.filter((name) => /^onnxruntime-node$|tfjs-node|cuda|-gpu/.test(name))).toEqual([]);
    const scripts = installedIn(home).filter(([, { hasInstallScript }]) => hasInstallScript);
    const known = ['core-js', 'esbuild', 'protobufjs'];
    expect(known).toEqual(expect.arrayContaining(scripts.map(([folder]) => folder.replace(/^.*node_modules\//, ''))));
  });

  // The other of the two that are in use; the rest of this file has run by the one that is at hand.
  const atHand = Number.parseInt(npm(root, '--version'), 10);
  it.each([10, 11].filter((major) => major !== atHand))(
    'is installed by npm %i',
    (major) => {
      const folder = mkdtempSync(join(tmpdir(), 'cellarium-package-'));
      try {
        installIn(folder, 'exec', '--yes', `npm@${major}`, '--');
        expect(installedIn(folder).map(([name]) => name)).toContain(`node_modules/${manifest.name}`);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    480_000,
  );

  it('computes in WebAssembly, and holds a model of another framework against that', () => {
    copyFileSync(join(root, 'test', 'fixtures', 'onnx', 'linear.onnx'), join(home, 'model.onnx'));
    const { status, stdout, stderr } = command('import', 'model.onnx', '--as', 'mine');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/differs by at most \d/);
    const lib = JSON.stringify(`./node_modules/${manifest.name}/lib/engines/index.js`);
    const printed = run(`
      const { chooseEngine } = await import(${lib});
      console.log((await chooseEngine({})).name);
    `);
    expect(printed).toBe('onnx-web\n');
  });

  it('runs the example of the README', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const [, example] = /```js\n(import \{[^`]*from 'cellarium';[^`]*)```/.exec(readme)!;
    const lines = run(example!).trim().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^forget gate of cell 3 at step 2: 0\.\d+$/);
    expect(lines[1]).toBe('W_f 1 10 U_f 10 10 b_f 10');
    expect(lines[2]).toMatch(/^cell 3 forgets half of what it holds in \d+\.\d+ steps$/);
  });

  it('gives the gates that Keras gave', () => {
    const { cases } = JSON.parse(readFileSync(join(fixtures, 'keras2.json'), 'utf8')) as { cases: KerasCase[] };
    const { input, signals } = cases.find(({ file }) => file === 'keras2-stateful.h5')!;
    const printed = run(`
      import { loadModel, trace } from 'cellarium';
      const { layers } = await trace(await loadModel('model.h5'), ${JSON.stringify(input)});
      console.log(JSON.stringify(Object.fromEntries(Object.entries(layers[0].signals).map(([k, v]) => [k, [...v]]))));
    `);
    const found = JSON.parse(printed) as Record<string, number[]>;
    for (const [signal, rows] of Object.entries(signals[0]!)) {
      rows.flat().forEach((value, k) => {
        expect(Math.abs(found[signal]![k]! - value)).toBeLessThan(1e-5);
      });
    }
  });

  it('brings the command, which reads a model and names what is wrong without a stack trace', () => {
    expect(command('--version')).toMatchObject({ status: 0, stdout: `${manifest.version}\n` });
    const weights = command('weights', 'model.h5');
    expect(weights).toMatchObject({ status: 0, stderr: '' });
    expect(weights.stdout).toContain('time_steps');
    const missing = command('weights', 'no-such-model.h5');
    expect(missing).toMatchObject({ status: 1, stdout: '' });
    expect(missing.stderr).toContain('no-such-model.h5');
    expect(missing.stderr).not.toMatch(/\n\s+at /);
  });

  it('has types for all that it exports', () => {
    const folder = join(home, 'node_modules', manifest.name);
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['bin', 'lib', 'public', 'src']));
    writeFileSync(
      join(home, 'program.ts'),
      "import { type Trace, isLayered, loadModel, trace } from 'cellarium';\n" +
        "const model = await loadModel('model.h5');\n" +
        "if (isLayered(model)) throw new Error('it has layers alone');\n" +
        'export const read = (): Promise<Trace> => trace(model, [[1]]);\n' +
        'export const units: number = (await read()).layers[0]!.units;\n',
    );
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2024'];
    const checked = spawnSync(join(root, 'node_modules', '.bin', 'tsc'), [...options, 'program.ts'], {
      cwd: home,
      encoding: 'utf8',
    });
    expect(checked.stdout).toBe('');
    writeFileSync(join(home, 'program.ts'), "import { trace } from 'cellarium';\ntrace(1);\n");
    const refused = spawnSync(join(root, 'node_modules', '.bin', 'tsc'), [...options, 'program.ts'], {
      cwd: home,
      encoding: 'utf8',
    });
    expect(refused.stdout).toContain('error TS');
  });
});
