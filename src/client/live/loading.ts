// How far the network's weights are on their way here, and what to do where they do not come.
import { decimal } from '../../shared/format.ts';

const megabytes = (bytes: number): string => decimal(bytes / 1e6, 1);

export class Loading {
  readonly #bar: HTMLProgressElement;
  readonly #words: HTMLElement;
  readonly #again: HTMLButtonElement;
  readonly #bytes: number;

  /** @param bytes that are to come; @param retry what the button does */
  constructor(box: HTMLElement, bytes: number, retry: () => void) {
    this.#bar = box.querySelector('progress')!;
    this.#words = box.querySelector('[role=status]')!;
    this.#again = box.querySelector('button')!;
    this.#bytes = bytes;
    this.#again.addEventListener('click', () => {
      this.#again.hidden = true;
      this.#bar.hidden = false;
      this.#words.textContent = 'Fetching the network again.';
      retry();
    });
  }

  progress(loaded: number): void {
    this.#bar.value = loaded / this.#bytes;
    this.#bar.textContent = `${megabytes(loaded)} of ${megabytes(this.#bytes)} MB`;
  }

  failed(reason: string): void {
    this.#bar.hidden = true;
    this.#again.hidden = false;
    this.#words.textContent = `The network could not be fetched, though it was tried three times: ${reason}.`;
  }

  /** Its place stays, so that nothing below it moves. */
  done(): void {
    this.#bar.hidden = true;
    this.#again.hidden = true;
    this.#words.textContent = 'The network is here and runs in your browser.';
  }
}
