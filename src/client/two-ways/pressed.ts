// What a button of what is stored of a held cell does.
import { act } from './playing.ts';

/** @param button that plays what is stored, or fetches the network */
export function press(button: HTMLButtonElement): void {
  if (button.dataset.runs) void import('./running.ts').then(({ run }) => run(button));
  else act(button);
}
