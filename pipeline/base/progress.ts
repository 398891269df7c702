// How far a long task has come, on standard error: a bar on a terminal, a plain line now and then elsewhere.
import { Presets, SingleBar } from 'cli-progress';

/** What ends sooner shows nothing. */
const QUIET_MILLISECONDS = 2_000;
/** Between two plain lines. */
const LINE_MILLISECONDS = 5_000;

/** To the first column, and erase: what terminals since the VT100 understand. */
const CLEAR_LINE = '\r\u001b[K';

export interface Progress {
  /** Counts `amount` more units as done. */
  advance(amount: number): void;
  /** Prints a line to standard output, clear of the bar. */
  print(line: string): void;
  finish(): void;
}

export interface Task {
  readonly title: string;
  /** Units in all, or those of each round where nobody knows beforehand how many rounds there will be. */
  readonly total: number | Rounds;
  /** What is counted, in the plural: `characters`. */
  readonly unit: string;
}

/** Units of the first round, and of each later one. */
export interface Rounds {
  readonly first: number;
  readonly later: number;
}

/** How far a task is: in all, or in its present round. */
interface Standing {
  /** From 1; undefined of a task without rounds. */
  readonly round: number | undefined;
  readonly done: number;
  readonly total: number;
}

function standingOf(total: Task['total'], done: number): Standing {
  if (typeof total === 'number') return { round: undefined, done, total };
  const beyond = done - total.first;
  if (beyond <= 0) return { round: 1, done, total: total.first };
  // A round that is just complete is at 100%: whether another one follows is not known yet.
  const later = Math.ceil(beyond / total.later);
  return { round: 1 + later, done: beyond - (later - 1) * total.later, total: total.later };
}

/** `12,345 characters/s`, with three significant digits below 100. */
export function formatRate(perSecond: number, unit: string): string {
  const digits = perSecond < 100 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 0 };
  return `${perSecond.toLocaleString('en', digits)} ${unit}/s`;
}

/** `1 h 02 min`, `3 min 05 s` or `12 s`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  if (whole >= 3600) return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
  if (whole >= 60) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${whole} s`;
}

/** The time left is that of a task whose end is known. */
function rateAndTimeLeft({ round, done, total }: Standing, rate: number, unit: string): string {
  const left = rate > 0 && round === undefined ? `, ${formatDuration((total - done) / rate)} left` : '';
  return `${formatRate(rate, unit)}${left}`;
}

/** Starts the clock. `finish` belongs in a `finally`. */
export function createProgress(
  task: Task,
  stream: NodeJS.WriteStream = process.stderr,
  clock: () => number = () => performance.now(),
): Progress {
  const start = clock();
  let done = 0;
  let shown = start + QUIET_MILLISECONDS - LINE_MILLISECONDS;
  let bar: SingleBar | undefined;
  const secondsPassed = () => (clock() - start) / 1000;
  const show = () => {
    const standing = standingOf(task.total, done);
    const seconds = secondsPassed();
    const speed = rateAndTimeLeft(standing, seconds > 0 ? done / seconds : 0, task.unit);
    const round = standing.round === undefined ? '' : `round ${standing.round}, `;
    if (stream.isTTY) {
      bar ??= startBar(task.title, stream);
      bar.setTotal(standing.total);
      bar.update(standing.done, { round, speed });
    } else {
      const percent = Math.min(100, Math.floor((100 * standing.done) / standing.total));
      stream.write(`${task.title}: ${round}${percent}%, ${speed}\n`);
    }
  };
  const interval = stream.isTTY ? 100 : LINE_MILLISECONDS;
  return {
    advance(amount) {
      done += amount;
      const now = clock();
      if (now - start < QUIET_MILLISECONDS || now - shown < interval) return;
      shown = now;
      show();
    },
    print(line) {
      if (bar !== undefined) stream.write(CLEAR_LINE);
      console.log(line);
    },
    finish() {
      const seconds = secondsPassed();
      bar?.stop();
      if (seconds * 1000 < QUIET_MILLISECONDS) return;
      const rate = formatRate(done / seconds, task.unit);
      stream.write(`${task.title}: done in ${formatDuration(seconds)}, ${rate}\n`);
    },
  };
}

function startBar(title: string, stream: NodeJS.WriteStream): SingleBar {
  const format = `${title} {bar} {round}{percentage}%  {speed}`;
  const bar = new SingleBar({ format, stream, clearOnComplete: true, hideCursor: false }, Presets.shades_classic);
  bar.start(1, 0, { round: '', speed: '' });
  return bar;
}
