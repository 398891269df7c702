import { describe, expect, it } from 'vitest';
import { withLightDrawings } from '../../../src/lib/light-svg.ts';

const drawn = (inside: string) =>
  `<svg class="chart wide" viewBox="0 0 10.25 5" role="img" aria-label="0.12345">${inside}</svg>`;

describe('a drawing', () => {
  it('keeps places to a tenth, words as they are, and no quotation marks that nothing needs', () => {
    const heavy = drawn(
      '<path class="line" d="M1.26,-3.999999L96.25,60.671"></path> <circle cx="50.04" cy="3" r="3.2"></circle> <text class="quiet end" x="0.449" y="12">a 0.449 <tspan class="quiet">b</tspan> <tspan>c</tspan></text>',
    );
    expect(withLightDrawings(`<p>1.2345</p> ${heavy} <p class="note">`)).toBe(
      `<p>1.2345</p> ${drawn('<path class=line d="M1.3-4L96.3,60.7"/><circle cx=50 cy=3 r=3.2 /><text class="quiet end" x=0.4 y=12>a 0.449 <tspan class=quiet>b</tspan> <tspan>c</tspan></text>')} <p class="note">`,
    );
  });

  it('leads where it did', () => {
    const html = drawn('<a href="/alice/cells/1-0/"><text x="1.5" y="2">1–0</text></a>');
    expect(withLightDrawings(html)).toBe(drawn('<a href="/alice/cells/1-0/"><text x=1.5 y=2>1–0</text></a>'));
  });
});
