import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };

const read = (file: string) => readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8');

describe('package.json', () => {
  it('pins both packages of onnxruntime to one version, which the hash of the code and a study name', () => {
    const { dependencies, devDependencies, peerDependencies } = manifest;
    expect(devDependencies['onnxruntime-node']).toBe(dependencies['onnxruntime-web']);
    expect(peerDependencies['onnxruntime-node']).toBe(dependencies['onnxruntime-web']);
  });

  it('names what is for a graphics card only where npm leaves it to the user', () => {
    const { dependencies, devDependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = manifest;
    const brought = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
    expect(brought.filter((name) => /gpu|cuda/.test(name))).toEqual([]);
    expect(Object.keys(peerDependenciesMeta)).toEqual(Object.keys(peerDependencies));
    expect(Object.values(peerDependenciesMeta).every(({ optional }) => optional)).toBe(true);
  });
});

describe('package-lock.json', () => {
  it('marks no package whose install script would fetch something: see docs/installing.md, "In a clone"', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { hasInstallScript?: boolean }>;
    };
    const marked = Object.keys(packages).filter((folder) => packages[folder]!.hasInstallScript);
    expect(new Set(marked.map((folder) => folder.replace(/^.*node_modules\//, '')))).toEqual(
      new Set(['core-js', 'esbuild', 'protobufjs']),
    );
  });
});

describe('.npmrc', () => {
  it('has no setting that npm 11 does not know, of which it would warn at every call', () => {
    const settings = read('.npmrc')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith(';'));
    expect(settings).toEqual(['loglevel=error']);
  });
});

describe('CITATION.cff', () => {
  it('names the version and the licence of the package', () => {
    const citation = read('CITATION.cff');
    expect(citation).toContain(`\nversion: ${manifest.version}\n`);
    expect(citation).toContain(`\nlicense: ${manifest.license}\n`);
  });
});

describe('the workflows', () => {
  it.each(['ci', 'pages'])('name every action by a commit, and its version in a comment: %s', (name) => {
    const actions = read(`.github/workflows/${name}.yml`).match(/uses: .*/g)!;
    expect(actions.length).toBeGreaterThan(0);
    for (const action of actions) expect(action).toMatch(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });
});
