// Loaded before a command: its clocks jump, forwards and backwards, by up to a day, as those of a machine that sleeps or is set.
const DAY = 24 * 3600 * 1000;
let jump = 0;
let asked = 0;
const leap = () => {
  asked += 1;
  // Without randomness of its own, so that a run can be had again.
  if (asked % 7 === 0) jump = DAY * Math.sin(asked);
  return jump;
};

const date = Date.now.bind(Date);
Date.now = () => Math.round(date() + leap());
const time = performance.now.bind(performance);
performance.now = () => time() + leap();
