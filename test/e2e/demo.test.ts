// @module-tag real-time
/** `rain demo`: what a newcomer runs first. */
import { expect, test } from 'vitest';
import { Rain } from './rain.ts';

const LOSS = 0.1;

test('the file comes out the same, and the lossy link shows', async () => {
  const run = new Rain(['demo', '--servers', '3', '--size', '32MiB', '--loss', `${100 * LOSS}`, '--json']);
  const { code, stdout, stderr } = await run.exit;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const result = JSON.parse(stdout);
  expect(result).toMatchObject({
    event: 'demo',
    verified: true,
    digest: { algorithm: 'sha256', sent: result.digest.received },
    bytes: 32 * 2 ** 20,
    throughput: expect.any(Number),
  });
  expect(result.overhead).toBeLessThan(0.05);
  const servers: { lossy: boolean; loss: number; share: number }[] = result.servers;
  expect(servers.map(({ lossy }) => lossy).sort()).toEqual([false, false, true]);
  for (const { lossy, loss, share } of servers) {
    expect(share).toBeGreaterThan(0.1);
    if (lossy) expect(Math.abs(loss - LOSS)).toBeLessThan(0.04);
    else expect(loss).toBeLessThan(0.02);
  }
});

test('for people: a table of the servers', async () => {
  const { code, stdout, stderr } = await new Rain(['demo', '--size', '4MiB', '--servers', '2']).exit;
  expect(code).toBe(0);
  expect(stderr).toContain('2 servers');
  expect(stdout).toContain('verified: the same bytes');
  expect(stdout).toMatch(/^SERVER +DROPLETS +BYTES +SHARE +LOSS +RTT$/m);
  expect(stdout.match(/\(lossy link\)/g)).toHaveLength(1);
});
