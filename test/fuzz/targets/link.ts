/** Links, as they are pasted and as other programs hand them over. */
import { formatLink, type Link, MAX_LINK_SERVERS } from '../../../core/wire/link.ts';
import { findLinks, parseLink, readLinks } from '../../../core/wire/link-text.ts';
import { bytesOf, must, type Target, textOf } from '../target.ts';
import { unlessRefused } from './refused.ts';

export const link: Target = {
  name: 'link',
  seeds: [
    'rain:9823d1ad7bbde89b',
    'rain:9823d1ad7bbde89b.VrKW8--wkEbaThwBS_6fkQ?n=holiday&s=example.org:1980',
    ' <rain://9823-D1AD 7bbd-e89b?d=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA&s=[2001:db8::1]:1980&s=192.0.2.7:1>',
    'rain:0123456789abcdef?n=%E2%80%AEgpj.exe&s=[fe80::1%25eth0]:9&x=y',
    'see <a href="rain:0123456789abcdef?n=a&amp;s=b:1">it</a>, or (rain:fedcba9876543210.AAAAAAAAAAAAAAAAAAAAAA)!',
    '/?to=rain%3A0123456789abcdef%3Fn%3Da%2520b%26s%3D%5B%3A%3Affff%3A7f00%3A1%5D%3A7&v=1',
    '> rain:0123456789ab\n> cdef.AAAAAAAAAAAAA\n> AAAAAAAAA?d=AAAAAAAAAAAAAAAAAAAA\r\nAAAAAAAAAAAA&n=a\n&s=b:\n1',
  ].map(bytesOf),
  words: [
    ...[
      'rain:',
      'rain%3A',
      '//',
      '.',
      '?',
      '&',
      'd=',
      'n=',
      's=',
      '%',
      '%25',
      '%00',
      '[::1]:1',
      ':65535',
      '\u202e',
    ],
    ...['&amp;', '&#38;', '\\u0026', '\n> ', '\u200b', '…', '(', ')', '<br>', '0123456789abcdef'],
  ],
  batch: 500,
  take: (input) => {
    const text = textOf(input);
    for (const found of [...findLinks(text), ...readLinks(text)]) {
      if ('link' in found) check(found.link);
      else must(found.failure.code === 'bad-link', 'another failure than that of a link');
    }
    const read = unlessRefused(['bad-link'], () => parseLink(text));
    if (read !== undefined) check(read);
  },
};

function check(read: Link): void {
  must(/^[0-9a-f]{16}$/.test(read.id), 'an id that is none');
  must(read.servers.length <= MAX_LINK_SERVERS, 'too many servers');
  must(!/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(read.name ?? ''), 'a name that deceives the eye');
  must(
    read.servers.every(({ host }) => !host.startsWith('::ffff:') || host.split(':').length !== 5),
    'an IPv4 address in disguise',
  );
  const again = formatLink(read);
  must(formatLink(parseLink(again)) === again, 'a link that means something else when it is passed on');
}
