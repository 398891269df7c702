/** Verbs that introduce what is said or thought, as narrators use them: past and present. */
const SPEECH_VERBS = new Set(
  `said says say thought think thinks replied replies reply cried cries asked asks ask added adds answered answers
  remarked remarks exclaimed shouted shouts screamed shrieked whispered whispers muttered murmured called began begun
  continued continues repeated inquired enquired demanded observed interrupted explained suggested ventured growled
  sighed sobbed roared pleaded grumbled panted persisted insisted protested announced declared returned rejoined
  retorted told tells yelled bawled mumbled stammered faltered gasped moaned groaned laughed sang sings read wondered
  argued agreed admitted confessed concluded commanded ordered begged warned urged squeaked chimed`.split(/\s+/),
);

/** @returns whether a clause has a verb of speech in it, or "went on" */
export function isSpeechVerb(clause: string): boolean {
  const words = clause.toLowerCase().match(/\p{L}+/gu) ?? [];
  return words.some((word, index) => SPEECH_VERBS.has(word) || (word === 'went' && words[index + 1] === 'on'));
}
