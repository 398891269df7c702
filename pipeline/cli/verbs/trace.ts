// `cellarium trace`: every value of a network's reading of a text, in one file.

import { InputError } from '../../base/errors.ts';
import { toCharacters } from '../../base/positions.ts';
import { createProgress } from '../../base/progress.ts';
import { SIGNALS } from '../../base/signals.ts';
import { cleanText } from '../../datasets/text/corpus.ts';
import { encode } from '../../datasets/text/vocabulary.ts';
import { chooseEngine, type EngineChoice } from '../../engines/index.ts';
import { readText as readTextFile } from '../../files/files.ts';
import { createSafetensors } from '../../files/safetensors.ts';
import { requireVocabulary } from '../../inspect/sources.ts';
import { openModel, readsBackwards } from '../../models/open.ts';
import type { ImportOptions } from '../../models/read.ts';
import { readText, signalRows } from '../../trace/read.ts';
import { usuallyRead } from '../../trace/streams.ts';
import { characterSequence } from '../../trace/targets.ts';

export interface TraceOptions extends EngineChoice {
  readonly content: string;
  /** A path or an id. */
  readonly model: string;
  readonly reading: ImportOptions;
  /** Path of a text file. */
  readonly text: string;
  /** Path of the safetensors file to write. */
  readonly out: string;
}

/**
 * Writes the tensors i f g o c h, each [characters, units of all layers], with the text and the units' names in the
 * metadata. The text is cleaned as a corpus is. Memory does not grow with the text.
 * @throws InputError a model or a text that is not there or broken, a character that the model does not know
 */
export async function traceFile({ content, model, reading, text, out, ...choice }: TraceOptions): Promise<void> {
  const opened = await openModel(model, content, reading);
  const { architecture, parameters, vocabulary } = opened;
  requireVocabulary(opened);
  if (readsBackwards(architecture)) {
    const fix = 'Write what it does with a shorter text with `cellarium inspect --safetensors`.';
    throw new InputError(`"${model}" reads from the end too, so its text cannot be cut into segments.`, {}, fix);
  }
  const cleaned = cleanText(readTextFile(text));
  const ids = encode(toCharacters(cleaned), vocabulary, text);
  const width = architecture.units.reduce((sum, units) => sum + units, 0);
  const names = architecture.units.flatMap((units, layer) =>
    Array.from({ length: units }, (_, unit) => `${layer + 1}-${unit}`),
  );
  const shapes = new Map(SIGNALS.map((signal) => [signal, [ids.length, width]]));
  const metadata = { text: cleaned, units: JSON.stringify(names), model };
  const engine = await chooseEngine(choice);
  const open = () => createSafetensors(out, shapes, metadata);
  let writer = open();
  const progress = createProgress({
    title: `Tracing ${model}`,
    total: usuallyRead(ids.length),
    unit: 'characters',
  });
  try {
    await readText({
      engine,
      architecture,
      parameters,
      sequence: characterSequence(ids),
      signals: true,
      progress: (characters) => progress.advance(characters),
      begin() {
        writer.abandon();
        writer = open();
      },
      window(window) {
        const { layers } = signalRows(window, architecture.units.length);
        for (const { stream, start, length } of window.segments) {
          for (const signal of SIGNALS) {
            const values = new Float32Array(length * width);
            let column = 0;
            layers.forEach((layer, index) => {
              const units = architecture.units[index]!;
              for (let t = 0; t < length; t++) {
                const row = t * window.streams + stream;
                values.set(layer[signal].subarray(row * units, (row + 1) * units), t * width + column);
              }
              column += units;
            });
            writer.write(signal, start * width, values);
          }
        }
      },
    });
    writer.finish();
  } catch (error) {
    writer.abandon();
    throw error;
  } finally {
    progress.finish();
  }
  console.log(`${out}: ${SIGNALS.join(' ')}, each [${ids.length}, ${width}]`);
}
