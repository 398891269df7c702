// What a term means, in a sentence or two, for whoever points at it or comes to it by the keyboard. Its full definition is a link away.

/** By the anchor of the definition. */
export const TERMS = {
  'time-shift':
    'Shift p: the share of comparisons in which held-out text with its labels exchanged between blocks gave any cell as good a score. Small means more than chance; it cannot be smaller than one in the number of comparisons.',
  loss: 'Nats: a measure of surprise, minus the natural logarithm of the probability that the network gave to what really came next. 0 is certainty; 0.7 is a toss of a coin.',
  contribution:
    'Log-odds: the logarithm of the probability that something comes next over the probability that it does not. One more makes it about 2.7 times as likely, as long as it is rare.',
  'untrained-twin':
    'Untrained: the same network with the random weights it began with. What its cells reach took no learning.',
} as const;
export type TermId = keyof typeof TERMS;

export const isTerm = (id: string): id is TermId => id in TERMS;
