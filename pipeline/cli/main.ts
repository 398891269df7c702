// The `cellarium` command. What a verb does is loaded when it is called.

import { endWithParent } from '../base/end-with-parent.ts';
import { runCommand } from '../base/terminal.ts';
import { createProgram, readWords } from './program.ts';

// An older Node has started this one: see bin/cellarium.mjs.
if (process.env.CELLARIUM_PARENT === String(process.ppid)) endWithParent();

await runCommand(() => createProgram().parseAsync(readWords(process.argv.slice(2)), { from: 'user' }));
