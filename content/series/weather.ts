// Makes weather.csv beside it: three years of an invented weather station, hour by hour. `node content/series/weather.ts`
//
// Everything that a network may find in it is known, because it was put there: a day, a year, and fronts that come about
// every four days. A front digs a trough into the pressure, brings cloud and rain in spells, and leaves colder air that
// warms up again over days. Cloud flattens the day's rise and fall of the temperature, and makes the air damp.
import { writeFileSync } from 'node:fs';
import { mixedRandom, normal } from '../../pipeline/base/random.ts';

const YEARS = 3;
const HOURS = YEARS * 365 * 24;
const START = Date.UTC(2021, 0, 1);

interface Front {
  /** Hour at which the pressure is lowest. */
  readonly centre: number;
  /** Hours from there to where the trough is a third as deep. */
  readonly width: number;
  /** hPa */
  readonly depth: number;
  /** °C by which the air behind it is colder. */
  readonly cooling: number;
}

const random = mixedRandom(1805);

/** Waits between fronts are at least a day and a half, and exponential beyond. */
function drawFronts(): Front[] {
  const fronts: Front[] = [];
  for (let hour = 40; hour < HOURS; hour += 36 - 60 * Math.log(1 - random.uniform())) {
    fronts.push({
      centre: hour,
      width: 9 + 9 * random.uniform(),
      depth: 7 + 14 * random.uniform(),
      cooling: 2 + 5 * random.uniform(),
    });
  }
  return fronts;
}

const fronts = drawFronts();

/** How near the trough is at an hour, 0 to 1. */
const nearness = ({ centre, width }: Front, hour: number) => Math.exp(-(((hour - centre) / width) ** 2));

/** What is left of a front's cold, which comes within six hours and goes within some days. */
function cold({ centre, cooling }: Front, hour: number): number {
  const since = hour - centre;
  return since < -6 ? 0 : cooling * Math.min(1, (since + 6) / 12) * Math.exp(-Math.max(0, since) / 50);
}

const lines = ['time,temperature,pressure,humidity,rain'];
let [drift, wander, dampness, wet] = [0, 0, 0, false];
for (let hour = 0; hour < HOURS; hour++) {
  const near = fronts.filter(({ centre }) => Math.abs(hour - centre) < 300);
  const trough = near.reduce((sum, front) => sum + front.depth * nearness(front, hour), 0);
  const cloud = Math.min(
    1,
    near.reduce((sum, front) => sum + nearness(front, hour), 0),
  );
  drift = 0.995 * drift + 0.35 * normal(random);
  wander = 0.9 * wander + 0.35 * normal(random);
  dampness = 0.9 * dampness + 1.2 * normal(random);

  const year = Math.cos((2 * Math.PI * (hour - 200 * 24)) / (365 * 24));
  const day = Math.cos((2 * Math.PI * ((hour % 24) - 15)) / 24);
  const swing = (4.5 + 1.5 * year) * (1 - 0.6 * cloud) * day;
  const coldness = near.reduce((sum, front) => sum + cold(front, hour), 0);
  const temperature = 9 + 8 * year + swing - coldness + wander;
  const pressure = 1016 + drift - trough;
  // Rain begins and stops by chance, but it begins only below cloud.
  wet = random.uniform() < (wet ? 0.82 : cloud > 0.4 ? 0.12 * cloud : 0);
  const rain = wet ? 0.1 - 1.6 * cloud * Math.log(1 - random.uniform()) : 0;
  const humidity = 68 - 2.4 * swing + 18 * cloud + (wet ? 8 : 0) + dampness;

  const time = new Date(START + hour * 3_600_000).toISOString().slice(0, 13);
  const row = [temperature, pressure, Math.max(15, Math.min(100, humidity)), rain].map((value) => value.toFixed(1));
  lines.push([time, ...row].join(','));
}
writeFileSync(new URL('weather.csv', import.meta.url), `${lines.join('\n')}\n`);
