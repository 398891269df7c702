// Tries a visitor's pattern on the text, where it can be stopped: a pattern may take longer than anybody lives.
import { toCharacters } from '../../../pipeline/base/positions.ts';
import { labelByPattern } from './label.ts';
import type { MatchReply, MatchRequest } from './protocol.ts';

const reply = (message: MatchReply): void => self.postMessage(message);

self.addEventListener('message', ({ data }: MessageEvent<MatchRequest>) => {
  reply({ kind: 'begun' });
  try {
    reply({ kind: 'matched', label: labelByPattern(toCharacters(data.text), data.pieces, data) });
  } catch (error) {
    reply({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
});
