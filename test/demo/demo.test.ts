/** The demo as people and CI start it: one command, one object on stdout. */
import { describe, expect, it } from 'vitest';
import { unwind } from '../cli/support.ts';

describe('unwind demo --once --json', () => {
  it('prints one object on stdout, progress on stderr, and ends with 0 when conclusions and money agree', async () => {
    const { code, stdout, stderr } = await unwind(['demo', '--once', '--json', '--gateway', 'shouqianba']);
    const { agree, incidents } = JSON.parse(stdout);
    expect([agree, code], stderr).toEqual([true, 0]);
    expect(incidents.length).toBeGreaterThan(10);
    for (const incident of incidents) {
      expect(incident).toMatchObject({
        name: expect.any(String),
        gateway: 'shouqianba',
        request: { provider: 'shouqianba', orderId: expect.any(String), amount: 1280 },
        money: { taken: expect.any(Number), returned: expect.any(Number) },
        agrees: true,
        calls: expect.any(Number),
      });
      if (incident.status === 'final') expect(incident.finalAction).toEqual(expect.any(String));
      else expect(incident.stuckReason).toEqual(expect.any(String));
    }
    expect(stderr).toContain('agrees');
    expect(stderr).not.toMatch(/ WARN |\[WARN\]/);
  });
});
