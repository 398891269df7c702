import { benchTally } from './tally.ts';
const r = await benchTally();
const u = process.resourceUsage();
console.log(JSON.stringify(r), 'maxRSS MB', Math.round(u.maxRSS / 1024), 'user s', Math.round(u.userCPUTime / 1e6));
