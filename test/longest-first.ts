// The order in which files of tests are begun. Those that take longest come first: one of them begun last would leave all
// processors but one idle.
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The longest of all, below test/. */
export const LONGEST = [
  'site/pages/series.slow.test.ts',
  'package/install.slow.test.ts',
  'build/command.slow.test.ts',
  'build/gallery.slow.test.ts',
  'site/pages/activations.slow.test.ts',
  'cli/verbs/shards.slow.test.ts',
  'scoring/noise.slow.test.ts',
  'cli/verbs/study.slow.test.ts',
  'campaign.slow.test.ts',
  'site/pages/every-page.slow.test.ts',
  'site/pages/lighthouse.slow.test.ts',
  'training/killed.slow.test.ts',
  'cli/verbs/tokens.slow.test.ts',
  'cli/verbs/activations.slow.test.ts',
  'build/activations.slow.test.ts',
] as const;

/** The lower, the sooner: first these, then other slow ones, and then the quick ones. */
export function turnOf(path: string): number {
  const place = LONGEST.findIndex((file) => path.endsWith(`/test/${file}`));
  if (place >= 0) return place;
  return LONGEST.length + Number(!path.endsWith('.slow.test.ts'));
}

export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // Among equals as Vitest has it: by what they took the last time, or by size.
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => turnOf(a.moduleId) - turnOf(b.moduleId));
  }
}
