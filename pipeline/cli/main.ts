// The `cellarium` command. What a verb does is loaded when it is called.

import { runCommand } from '../base/terminal.ts';
import { createProgram } from './program.ts';

await runCommand(() => createProgram().parseAsync());
