// `cellarium trace`: every value of a network's reading of a text, in one file.

import type { Command } from 'commander';
import { cellPlaces } from '../../base/cell-ids.ts';
import { InputError } from '../../base/errors.ts';
import { toCharacters } from '../../base/positions.ts';
import { createProgress } from '../../base/progress.ts';
import { SIGNALS } from '../../base/signals.ts';
import { chooseEngine, type EngineChoice } from '../../engines/index.ts';
import { createSafetensors } from '../../files/safetensors.ts';
import { saidLines } from '../../inspect/said.ts';
import { requireVocabulary, textSequence } from '../../inspect/sources.ts';
import { readTokens } from '../../inspect/tokens.ts';
import type { LayerChoice } from '../../models/layer-names.ts';
import { findLayer, type ImportOptions, type OpenedModel, openAny, readsBackwards } from '../../models/open.ts';
import { readText, signalRows } from '../../trace/read.ts';
import { charactersToRead } from '../../trace/streams.ts';
import { traceLayered } from '../layered.ts';
import { addModelArgument, addModelOptions, inputOption, layerChoice } from '../model-options.ts';
import { addEngineOptions, addExamples, type Content } from '../options.ts';
import { addTextFileOptions, readTextFor, type TextFileOptions } from '../text-options.ts';

interface TraceOptions extends EngineChoice, Content, ImportOptions, TextFileOptions {
  readonly out: string;
  readonly input?: ReadonlyMap<string, string>;
  readonly layer?: LayerChoice;
}

export function define(verb: Command): void {
  addModelArgument(verb)
    .argument('<text>', 'a text file')
    .addOption(inputOption())
    .option('--layer <layer>', 'only this layer of LSTM or GRU cells: its number, from 1, or its name', layerChoice)
    .option(
      '-o, --out <file>',
      'where to write the tensors i f g o c h, or r z n h of GRU cells, [characters, units]',
      'trace.safetensors',
    );
  addEngineOptions(addModelOptions(addTextFileOptions(verb))).action(traceFile);
  addExamples(verb, ['trace alice chapter.txt', 'trace alice chapter.txt --out chapter.safetensors']);
}

/** What is read, and what the file says of it besides the text. */
function tracedText(text: string, model: OpenedModel, file: string) {
  const { sequence, notes = [] } = textSequence(text, model, file);
  const { tokeniser } = model;
  if (tokeniser === undefined) return { sequence, notes, spans: {} };
  const { spans } = readTokens(toCharacters(text), { ...model, tokeniser }, file);
  return { sequence, notes, spans: { spans: JSON.stringify(spans.map(({ start, end }) => [start, end])) } };
}

/**
 * Writes the tensors i f g o c h, each [characters, units of all layers or of the one that is asked for], with the text and
 * the units' names in the metadata; of a model that reads tokens [tokens, units], with the characters of each in the metadata's
 * `spans`. The text is prepared as the model's own was. Memory does not grow with the text.
 * @param model a path or an id
 * @param text path of a text file
 * @throws InputError a model or a text that is not there or broken, a character that the model does not know
 */
export async function traceFile(model: string, text: string, options: TraceOptions): Promise<void> {
  const { content, out } = options;
  const opened = await openAny(model, content, options);
  if ('graph' in opened) {
    const isSeries = opened.vocabulary.length === 0;
    return traceLayered(opened, {
      input: new Map(),
      ...options,
      ...(isSeries ? { series: text } : { textFile: text }),
    });
  }
  const { architecture, parameters } = opened;
  requireVocabulary(opened);
  if (readsBackwards(architecture)) {
    const fix = 'Write what it does with a shorter text with `cellarium inspect --safetensors`.';
    throw new InputError(`"${model}" reads from the end too, so its text cannot be cut into segments.`, {}, fix);
  }
  const read = readTextFor(opened, text, options);
  const { sequence, notes, spans } = tracedText(read.text, opened, text);
  const { length: steps } = sequence;
  const only = options.layer === undefined ? undefined : findLayer(opened, options.layer);
  const cells = cellPlaces(architecture.units).filter(({ layer }) => only === undefined || layer === only);
  const width = cells.length;
  const names = cells.map(({ id }) => id);
  const shapes = new Map(SIGNALS.map((signal) => [signal, [steps, width]]));
  const { assumed = [] } = opened.origin;
  const told = assumed.length === 0 ? {} : { assumed: JSON.stringify(assumed) };
  const metadata = {
    text: read.text,
    units: JSON.stringify(names),
    model,
    preparation: JSON.stringify(read.report),
    ...spans,
    ...told,
  };
  const engine = await chooseEngine(options);
  const open = () => createSafetensors(out, shapes, metadata);
  let writer = open();
  const progress = createProgress({
    title: `Tracing ${model}`,
    total: charactersToRead(steps),
    unit: sequence.unit,
  });
  try {
    await readText({
      engine,
      architecture,
      parameters,
      sequence,
      signals: true,
      predictions: false,
      progress: (characters) => progress.advance(characters),
      begin() {
        writer.abandon();
        writer = open();
      },
      window(window) {
        const { layers } = signalRows(window, architecture);
        for (const { stream, start, length } of window.segments) {
          for (const signal of SIGNALS) {
            const values = new Float32Array(length * width);
            let column = 0;
            layers.forEach((layer, index) => {
              if (only !== undefined && index !== only - 1) return;
              const units = architecture.units[index]!;
              for (let t = 0; t < length; t++) {
                const row = t * window.streams + stream;
                values.set(layer[signal]!.subarray(row * units, (row + 1) * units), t * width + column);
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
  console.log(
    [
      `${out}: ${SIGNALS.join(' ')}, each [${steps}, ${width}]`,
      ...saidLines(opened.origin, [...read.notes, ...notes]),
    ].join('\n'),
  );
}
