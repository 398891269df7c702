// `cellarium export`: a model as a file of another framework, or as one file of this project.

import { type ExportFormat, writeAs } from '../../models/formats.ts';
import { type ImportOptions, openModel } from '../../models/open.ts';

export interface ExportOptions {
  readonly content: string;
  /** A path or an id. */
  readonly model: string;
  readonly reading: ImportOptions;
  readonly to: ExportFormat;
  /** Path of the file to write. */
  readonly out: string;
}

/**
 * @throws InputError a model that is not there or broken, or has what the other framework does not; a path that cannot
 *   be written
 */
export async function exportModel({ content, model: argument, reading, to, out }: ExportOptions): Promise<void> {
  const model = await openModel(argument, content, reading);
  await writeAs(to, out, model);
  console.log(`${out}: ${model.name}, for ${to}`);
}
