/** Verbs that introduce what is said or thought, as narrators use them: past and present. */
const SPEECH_VERBS = new Set(
  `said says thought thinks replied replies cried cries asked asks added adds answered answers
  remarked remarks exclaimed shouted shouts screamed shrieked whispered whispers muttered murmured called began begun
  continued continues repeated inquired enquired demanded observed interrupted explained suggested ventured growled
  sighed sobbed roared pleaded grumbled panted persisted insisted protested announced declared returned rejoined
  retorted yelled bawled mumbled stammered faltered gasped moaned groaned wondered
  argued agreed admitted confessed concluded commanded ordered begged warned urged squeaked chimed`.split(/\s+/),
);

/** With these a clause tells what happens meanwhile, as in "As she said this", and names no speaker. */
const SUBORDINATING = new Set(['as', 'when', 'while']);

/** @returns whether a clause has a verb of speech in it, or "went on" */
export function isSpeechTag(clause: string): boolean {
  const words = clause.toLowerCase().match(/\p{L}+/gu) ?? [];
  if (SUBORDINATING.has(words[0] ?? '')) return false;
  return words.some((word, index) => SPEECH_VERBS.has(word) || (word === 'went' && words[index + 1] === 'on'));
}
