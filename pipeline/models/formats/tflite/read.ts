import type { ForeignNetwork } from '../../foreign.ts';
export async function readTflite(_path: string): Promise<ForeignNetwork> {
  throw new Error('to come');
}
