import type { Command } from 'commander';

/**
 * Begins a verb of the command.
 * @param examples what follows `npx cellarium` in lines that can be typed
 */
export function addVerb(program: Command, name: string, description: string, examples: readonly string[]): Command {
  const lines = examples.map((example) => `  npx cellarium ${example}`);
  return program
    .command(name)
    .description(description)
    .addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}
