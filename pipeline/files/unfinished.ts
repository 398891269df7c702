// Where everything unfinished lies until it is whole and is given its name: one folder beside the caches, which nobody
// lists. Only what goes to another disk, or out of the folder that the command runs in, lies beside its target, under a
// name that begins with a dot. What a killed process left is removed by whoever comes next.
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { constants, hostname } from 'node:os';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { isMainThread, threadId } from 'node:worker_threads';

/** Of the folder that the command runs in. */
const ROOT = resolve('.');
const PLACE = join(ROOT, '.cellarium', 'unfinished');

const HOST =
  hostname()
    .replace(/[^A-Za-z0-9-]/g, '-')
    .slice(0, 60) || 'host';
/** Host, process, thread and number of what a process reserved; beside a target with a dot before it. */
const RESERVED = /^(?:\.cellarium-)?([A-Za-z0-9-]+)\.(\d+)\.\d+-\d+\.partial$/;
/** As versions before 0.2 named it, beside each target. */
const FORMER = /^\..+\.(\d+)-\d+\.partial$/;
/** Of another host nobody here can tell whether its processes run. */
const ABANDONED_MILLISECONDS = 7 * 24 * 3600 * 1000;

/** What stands beside a folder that was moved away for a moment: where it belongs. */
const noteOf = (moved: string) => `${moved}-belongs`;
const NOTE = /-belongs$/;

/** What this thread has reserved and not finished, and which of it lies beside its target. */
const unfinished = new Set<string>();
const beside = new Set<string>();
let serial = 0;

process.on('exit', () => {
  for (const path of unfinished) discard(path);
});

/**
 * A path to be filled and then moved to `path`; the folder that it lies in is there. It is removed when the process ends,
 * unless it is settled before; where the process is killed, by the next that comes.
 */
export function reservePath(path: string): string {
  return reserveIn(placeFor(path), dirname(resolve(path)));
}

/** As {@link reservePath}, below another folder than the one that the command runs in. */
export function reserveBelow(folder: string): string {
  const place = join(folder, '.cellarium', 'unfinished');
  return reserveIn(place, dirname(place));
}

/** @param target the folder of what is to be written */
function reserveIn(place: string, target: string): string {
  mkdirSync(place, { recursive: true });
  for (const folder of [place, target]) removeLeftovers(folder);
  serial += 1;
  const name = `${HOST}.${process.pid}.${threadId}-${serial}.partial`;
  const reserved = join(place, place === target ? `.cellarium-${name}` : name);
  unfinished.add(reserved);
  if (place === target) beside.add(reserved);
  if (beside.size > 0) cleanUpOnSignals();
  return reserved;
}

/** Moves what {@link reservePath} reserved to where it belongs, in one step. */
export function settle(reserved: string, path: string): void {
  move(reserved, path);
  forget(reserved);
}

/** Removes what {@link reservePath} reserved. What cannot be removed now is left to the next process, and hides no other error. */
export function discard(reserved: string): void {
  try {
    rmSync(reserved, { recursive: true, force: true });
    rmSync(noteOf(reserved), { force: true });
  } catch {
    // It is a leftover then, as of a process that was killed.
  }
  forget(reserved);
}

/**
 * Puts the folder `from` in the place of the folder `to`. Whoever finds that a process was killed between the two renames
 * puts the old one back.
 */
export function replaceFolder(from: string, to: string): void {
  if (!existsSync(to)) {
    mkdirSync(dirname(to), { recursive: true });
    move(from, to);
    return;
  }
  const old = reservePath(to);
  writeFileSync(noteOf(old), resolve(to));
  move(to, old);
  try {
    move(from, to);
  } catch (error) {
    settle(old, to);
    throw error;
  } finally {
    rmSync(noteOf(old), { force: true });
  }
  discard(old);
}

/** Renames, or where that would lead to another disk copies beside the target and renames there. */
function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error;
    const target = dirname(resolve(to));
    const near = reserveIn(target, target);
    cpSync(from, near, { recursive: true });
    renameSync(near, to);
    forget(near);
    rmSync(from, { recursive: true, force: true });
  }
}

function forget(reserved: string): void {
  unfinished.delete(reserved);
  beside.delete(reserved);
  if (beside.size === 0) leaveSignals();
}

/** The common place for what is renamed on its own disk and belongs to the folder that the command runs in. */
function placeFor(path: string): string {
  const target = resolve(path);
  const below = relative(ROOT, target);
  if (below.startsWith('..') || isAbsolute(below)) return dirname(target);
  return deviceOf(target) === deviceOf(PLACE) ? PLACE : dirname(target);
}

/** The number of the disk that a path would be made on. */
function deviceOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.dev ?? deviceOf(dirname(path));
}

const swept = new Set<string>();

/** Removes, once a process, what processes that have ended left in a folder. */
function removeLeftovers(folder: string): void {
  if (swept.has(folder) || !existsSync(folder)) return;
  swept.add(folder);
  try {
    const names = readdirSync(folder);
    const notes = names.filter((name) => NOTE.test(name) && isLeftover(name.replace(NOTE, ''), join(folder, name)));
    for (const note of notes) putBack(join(folder, note));
    for (const name of names) {
      const path = join(folder, name);
      if (isLeftover(name, path)) rmSync(path, { recursive: true, force: true });
    }
  } catch {
    // Two processes may clean at once, and a folder may be somebody else's: the next one finds what is left.
  }
}

/** A folder that was moved away by a process that was killed before the new one came. */
function putBack(note: string): void {
  const to = readFileSync(note, 'utf8');
  const old = note.replace(NOTE, '');
  if (existsSync(old) && !existsSync(to)) move(old, to);
  rmSync(note, { force: true });
}

function isLeftover(name: string, path: string): boolean {
  const former = FORMER.exec(name);
  const [, host, process] = RESERVED.exec(name) ?? (former === null ? [] : ['', HOST, former[1]!]);
  if (process === undefined) return false;
  if (host === HOST) return !isRunning(Number(process));
  const changed = lstatSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return changed !== undefined && Date.now() - changed > ABANDONED_MILLISECONDS;
}

/** Whether a process of this host runs. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It is there, and somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const end = (signal: NodeJS.Signals) => process.exit(128 + constants.signals[signal]);
let listens = false;

/**
 * While something lies beside its target a signal first removes that. At any other time nothing listens for signals, so that
 * they end a process at once even where it is computing and could not listen.
 */
function cleanUpOnSignals(): void {
  if (listens || !isMainThread) return;
  listens = true;
  for (const signal of SIGNALS) process.on(signal, end);
}

function leaveSignals(): void {
  if (!listens) return;
  listens = false;
  for (const signal of SIGNALS) process.off(signal, end);
}
