import lighthouse from 'lighthouse';
import { expect, it } from 'vitest';
import { useSite } from '../use-site.ts';

const PORT = 9377;
const CATEGORIES = ['accessibility', 'best-practices', 'seo'];
/** What of a page's speed does not depend on the machine that it is measured on. */
const STEADY = ['cumulative-layout-shift', 'unsized-images', 'viewport-insight', 'dom-size-insight'];
/** A site of the test's own is served without encryption, and cannot be told what its address will be. */
const ELSEWHERE = ['is-on-https', 'redirects-http', 'canonical'];

const small = useSite('/', [`--remote-debugging-port=${PORT}`]);

it.each(['/', '/alice/', '/alice/cells/1-0/', '/alice/hypotheses/inside-quotes/', '/alice/try/'])(
  'Lighthouse has nothing to say against %s: accessibility, best practices, being found, a steady layout',
  async (path) => {
    const result = await lighthouse(`${small.server.origin}${path}`, {
      port: PORT,
      output: 'json',
      logLevel: 'silent',
      onlyCategories: CATEGORIES,
      onlyAudits: STEADY,
      // Nothing that is asked here depends on the time.
      disableFullPageScreenshot: true,
      pauseAfterFcpMs: 0,
      pauseAfterLoadMs: 0,
      networkQuietThresholdMs: 200,
      cpuQuietThresholdMs: 200,
    });
    const { audits } = result!.lhr;
    expect(Object.keys(audits)).toEqual(expect.arrayContaining(STEADY));
    const scored = Object.values(audits).filter(({ id, score }) => score !== null && !ELSEWHERE.includes(id));
    expect(scored.length).toBeGreaterThan(30);
    const failed = scored
      .filter(({ score }) => score! < 1)
      .map(({ id, title, displayValue }) => [id, title, displayValue]);
    expect(failed).toEqual([]);
  },
  240_000,
);
