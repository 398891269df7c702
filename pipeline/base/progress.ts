// How far a long task has come, on standard error: a bar on a terminal, a plain line now and then elsewhere.
import { Presets, SingleBar } from 'cli-progress';

/** What ends sooner shows nothing. */
const QUIET_MILLISECONDS = 2_000;
/** Between two plain lines. */
const LINE_MILLISECONDS = 5_000;

/** To the first column, and erase: what terminals since the VT100 understand. */
const CLEAR_LINE = '\r\u001b[K';

export interface Progress {
  /** Says that `amount` more units are done. */
  advance(amount: number): void;
  /** Prints a line to standard output, clear of the bar. */
  print(line: string): void;
  finish(): void;
}

export interface Task {
  readonly title: string;
  /** Units in all. */
  readonly total: number;
  /** What is counted, in the plural: `characters`. */
  readonly unit: string;
}

/** What a progress line is made of besides its task. */
interface Standing {
  readonly done: number;
  readonly seconds: number;
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

function rateAndTimeLeft({ total, unit }: Task, { done, seconds }: Standing): string {
  const rate = seconds > 0 ? done / seconds : 0;
  if (done > total) return `${formatRate(rate, unit)}, more to do than usual`;
  const left = rate > 0 ? `, ${formatDuration((total - done) / rate)} left` : '';
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
  const standing = () => ({ done, seconds: (clock() - start) / 1000 });
  const show = stream.isTTY
    ? () => {
        bar ??= startBar(task, stream);
        bar.update(done, { standing: rateAndTimeLeft(task, standing()) });
      }
    : () => {
        // A total may be an estimate.
        const percent = Math.min(100, Math.floor((100 * done) / task.total));
        stream.write(`${task.title}: ${percent}%, ${rateAndTimeLeft(task, standing())}\n`);
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
      const { seconds } = standing();
      bar?.stop();
      if (seconds * 1000 < QUIET_MILLISECONDS) return;
      const rate = formatRate(done / seconds, task.unit);
      stream.write(`${task.title}: done in ${formatDuration(seconds)}, ${rate}\n`);
    },
  };
}

function startBar({ title, total }: Task, stream: NodeJS.WriteStream): SingleBar {
  const format = `${title} {bar} {percentage}%  {standing}`;
  const bar = new SingleBar({ format, stream, clearOnComplete: true, hideCursor: false }, Presets.shades_classic);
  bar.start(total, 0, { standing: '' });
  return bar;
}
