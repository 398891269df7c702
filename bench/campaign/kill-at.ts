// Loaded before a command: kills it at one of its changes of the disk, before the change or in the middle of a write. Its
// number is in the environment; without one the changes are counted, and their number is written when the process ends.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { CAMPAIGN_KILL, CAMPAIGN_WHO = 'group', CAMPAIGN_COUNT } = process.env;
/** The first process of the command leads its group, and tells the others so. */
process.env.CAMPAIGN_LEADER ??= String(process.pid);
const leader = Number(process.env.CAMPAIGN_LEADER);
const fatal = Number(CAMPAIGN_KILL ?? 0);
let changes = 0;

/** Whom a kill hits: all processes of the command, its first one, or the one that is at its change. */
function kill(): never {
  const pid = CAMPAIGN_WHO === 'group' ? -leader : CAMPAIGN_WHO === 'first' ? leader : process.pid;
  process.kill(pid, 'SIGKILL');
  for (;;);
}

const isFatal = () => {
  changes += 1;
  return changes === fatal;
};

type Change = (...args: unknown[]) => unknown;
const functions = fs as unknown as Record<string, Change>;
const CHANGES = ['renameSync', 'mkdirSync', 'rmSync', 'unlinkSync', 'linkSync', 'cpSync', 'copyFileSync', 'fsyncSync'];

for (const name of CHANGES) {
  const change = functions[name]!;
  functions[name] = (...args) => {
    if (isFatal()) kill();
    return change(...args);
  };
}

const half = (data: unknown): string | Uint8Array =>
  typeof data === 'string'
    ? data.slice(0, data.length / 2)
    : (data as Uint8Array).subarray(0, (data as Uint8Array).length / 2);

const writeFile = functions.writeFileSync!;
functions.writeFileSync = (to, data, ...rest) => {
  if (isFatal()) {
    writeFile(to, half(data));
    kill();
  }
  return writeFile(to, data, ...rest);
};

const write = functions.writeSync!;
functions.writeSync = (descriptor, data, ...rest) => {
  if (isFatal()) {
    const [offset = 0, length = (data as Uint8Array).length, position = null] = rest as (number | undefined)[];
    if (typeof data === 'string') write(descriptor, half(data));
    else write(descriptor, data, offset, Math.floor(length / 2), position);
    kill();
  }
  return write(descriptor, data, ...rest);
};

syncBuiltinESMExports();
if (CAMPAIGN_COUNT !== undefined) {
  process.on('exit', () => {
    if (process.pid === leader) writeFile(CAMPAIGN_COUNT, String(changes));
  });
}
