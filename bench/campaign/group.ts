// A command in a process group of its own, watched from outside: what it prints, how long it takes, how much memory its
// processes have, and whether all of them end when it does.
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../bin/cellarium.mjs', import.meta.url));

/** What a test's runner tells its children, and a user's shell does not. */
const TOLD = ['NODE_ENV', 'VITEST', 'BASE_URL', 'MODE', 'DEV', 'PROD', 'SSR', 'NODE_OPTIONS'];

const POLL = 100;
const KILOBYTE = 1024;
/** Of a processor, as `/proc` counts its time. */
const TICKS = 100;

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** By the clock. */
  readonly seconds: number;
  /** Of all its processes together, as far as they were seen. */
  readonly processorSeconds: number;
  /** Largest resident memory of one process. */
  readonly megabytes: number;
}

export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** Sends a signal to the command alone, as `kill` does, or to all its processes, as Ctrl-C does. */
  signal(signal: NodeJS.Signals, to: 'command' | 'group'): void;
  /** What it has printed by now. */
  printed(): string;
}

export interface Starting {
  /** The folder that it runs in. */
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Another program than the command, with its arguments. */
  readonly program?: readonly string[];
}

/** Starts `cellarium` with these arguments. */
export function start(args: readonly string[], { folder, environment = {}, program = [PROGRAM] }: Starting): Running {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !TOLD.includes(name)));
  const started = performance.now();
  const child = spawn(process.execPath, [...program, ...args], {
    cwd: folder,
    env: { ...inherited, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const pid = child.pid!;
  const usage = watch(pid);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (piece) => {
    stdout += piece;
  });
  child.stderr.on('data', (piece) => {
    stderr += piece;
  });
  return {
    pid,
    ended: endOf(child).then(({ status, signal }) => ({
      ...{ status, signal, stdout, stderr },
      seconds: (performance.now() - started) / 1000,
      ...usage.stop(),
    })),
    signal: (signal, to) => send(to === 'group' ? -pid : pid, signal),
    printed: () => stdout,
  };
}

/** Of a command that nobody disturbs, or that is ended when it takes too long. */
export async function run(args: readonly string[], starting: Starting, mostSeconds = 1800): Promise<Ended> {
  const running = start(args, starting);
  const timer = setTimeout(() => running.signal('SIGKILL', 'group'), 1000 * mostSeconds);
  return running.ended.finally(() => clearTimeout(timer));
}

/** {@link run}, where it is needed for what comes after. @throws Error where it fails */
export async function mustRun(args: readonly string[], starting: Starting): Promise<Ended> {
  const ended = await run(args, starting);
  if (ended.status === 0) return ended;
  throw new Error(`cellarium ${args.join(' ')} ended with ${ended.status ?? ended.signal}:\n${ended.stderr}`);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It has ended already.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** When the process itself has ended; what it started may still hold its output open. */
function endOf(child: ChildProcess): Promise<Pick<Ended, 'status' | 'signal'>> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (status, signal) => {
      // What it printed last is on its way.
      setImmediate(() => setTimeout(() => resolve({ status, signal }), 20));
    });
  });
}

interface Process {
  readonly pid: number;
  readonly megabytes: number;
  readonly seconds: number;
}

/** The processes of a group that have not ended. */
export function processesOf(group: number): Process[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      // After the name, which may hold spaces and brackets: state, parent, group … user and system time.
      const fields = readFileSync(`/proc/${name}/stat`, 'latin1').split(') ').at(-1)!.split(' ');
      if (Number(fields[2]) !== group || fields[0] === 'Z' || fields[0] === 'X') return [];
      const status = readFileSync(`/proc/${name}/status`, 'latin1');
      const kilobytes = Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0);
      const seconds = (Number(fields[11]) + Number(fields[12])) / TICKS;
      return [{ pid: Number(name), megabytes: kilobytes / KILOBYTE, seconds }];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
}

/** Looks at a group's processes now and then. */
function watch(group: number): { stop(): Pick<Ended, 'megabytes' | 'processorSeconds'> } {
  let megabytes = 0;
  const seconds = new Map<number, number>();
  const look = () => {
    for (const found of processesOf(group)) {
      megabytes = Math.max(megabytes, found.megabytes);
      seconds.set(found.pid, found.seconds);
    }
  };
  const timer = setInterval(look, POLL);
  return {
    stop() {
      clearInterval(timer);
      return { megabytes, processorSeconds: [...seconds.values()].reduce((sum, one) => sum + one, 0) };
    },
  };
}

/** How long something of a group was left after a signal. */
export interface Left {
  readonly milliseconds: number;
  /** What it still used of a processor, which on a busy machine tells more than the clock. */
  readonly processorSeconds: number;
  /** Whether all of it has ended. */
  readonly isOver: boolean;
}

/** Waits until nothing of a group is left, or for so long. */
export async function emptied(group: number, mostMilliseconds: number): Promise<Left> {
  const started = performance.now();
  const first = new Map<number, number>();
  const last = new Map<number, number>();
  for (;;) {
    const processes = processesOf(group);
    for (const { pid, seconds } of processes) {
      if (!first.has(pid)) first.set(pid, seconds);
      last.set(pid, seconds);
    }
    const milliseconds = performance.now() - started;
    const isOver = processes.length === 0;
    if (isOver || milliseconds > mostMilliseconds) {
      const processorSeconds = [...last].reduce((sum, [pid, seconds]) => sum + seconds - first.get(pid)!, 0);
      return { milliseconds, processorSeconds, isOver };
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Of a processor, after a signal. */
const MOST_SECONDS = 1;
/** By the clock: a machine may be busy with other things for long. */
export const MOST_WAITED = 20_000;

/** What is wrong with how a group ended. */
export function faultsOfEnd({ milliseconds, processorSeconds, isOver }: Left): string[] {
  if (!isOver) return [`something of it goes on after ${MOST_WAITED / 1000} s`];
  if (milliseconds <= 1000 * MOST_SECONDS || processorSeconds <= MOST_SECONDS) return [];
  return [`it went on for ${Math.round(milliseconds)} ms, ${processorSeconds.toFixed(1)} s of a processor`];
}
