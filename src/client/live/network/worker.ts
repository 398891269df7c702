// The worker: holds the network and computes in slices, between which what the page says gets through.
import { unpackParameters } from '../../../../pipeline/lstm/packed.ts';
import type { FromWorker, Load, ToWorker, Wanted } from '../../../shared/network/protocol.ts';
import { Session } from '../../../shared/network/session.ts';
import { createStepper } from '../../../shared/network/stepper.ts';
import { download } from './download.ts';

/** Milliseconds of a slice, and between two reports while there is more to tell: the page has to show each of them. */
const SLICE = 25;
const BETWEEN_REPORTS = 80;

let session: Session | undefined;
let wanted: Wanted | undefined;
let isRunning = false;

const tell = (message: FromWorker): void => postMessage(message);

/** Lets waiting messages in; a timer would wait for longer than there is need to. */
function breathe(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

async function run(): Promise<void> {
  if (isRunning || session === undefined) return;
  isRunning = true;
  let reported = Number.NEGATIVE_INFINITY;
  while (session.isNew || !session.isDone) {
    await session.advance(SLICE);
    if (session.isDone || performance.now() - reported >= BETWEEN_REPORTS) {
      tell(session.report());
      reported = performance.now();
    }
    await breathe();
  }
  isRunning = false;
}

async function load({ weights, bytes, version, architecture, domains, strips }: Load): Promise<void> {
  try {
    const progress = (loaded: number): void => tell({ kind: 'progress', loaded });
    const packed = await download({ address: weights, bytes, version }, progress);
    const stepper = await createStepper(architecture, unpackParameters(architecture, packed));
    session = new Session({ architecture, stepper, domains }, strips);
  } catch (error) {
    tell({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
    return;
  }
  tell({ kind: 'ready' });
  if (wanted !== undefined) session.want(wanted);
  await run();
}

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === 'load') {
    void load(data);
    return;
  }
  wanted = data;
  session?.want(data);
  void run();
});
