// The `cellarium` command. What a verb does is loaded when it is called.
import { createProgram } from './cli/program.ts';
import { runCommand } from './terminal.ts';

await runCommand(() => createProgram().parseAsync());
