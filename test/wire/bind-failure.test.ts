import { expect, test } from 'vitest';
import { bindFailure } from '../../core/wire/bind-failure.ts';

test.each([
  ['EADDRINUSE', 80, 'port-taken', /another port/],
  ['EADDRNOTAVAIL', 80, 'bind-failed', /address that this machine has/],
  ['EACCES', 80, 'bind-failed', /above 1023/],
  ['EACCES', 5000, 'bind-failed', /keeps it for others/],
  ['EPERM', 5000, 'bind-failed', /firewall/],
  ['EAFNOSUPPORT', 5000, 'bind-failed', /address and the port/],
])('%s at port %i is told with what to do about it', (code, port, meaning, advice) => {
  for (const protocol of ['UDP', 'HTTP'] as const) {
    const error = Object.assign(new Error('text'), { code });
    expect(bindFailure(error, protocol, '127.0.0.1', port)).toMatchObject({
      code: meaning,
      hint: expect.stringMatching(advice),
      cause: error,
    });
  }
});

test('what is no error of the system is no failure to bind', () => {
  const bug = new TypeError('bug');
  expect(bindFailure(bug, 'UDP', '::1', 1)).toBe(bug);
});
