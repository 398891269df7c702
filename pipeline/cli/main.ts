// The `cellarium` command. What a verb does is loaded when it is called.

import { runCommand } from '../base/terminal.ts';
import { endWithParent } from '../build/end-with-parent.ts';
import { createProgram, readWords } from './program.ts';

// An older Node has started this one: see bin/cellarium.mjs.
if (process.env.CELLARIUM_PARENT === String(process.ppid)) endWithParent();

await runCommand(() => createProgram().parseAsync(readWords(process.argv.slice(2)), { from: 'user' }));
