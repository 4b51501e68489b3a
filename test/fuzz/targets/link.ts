/** Links, as they are pasted and as other programs hand them over. */
import { formatLink, MAX_LINK_SERVERS, parseLink } from '../../../core/wire/link.ts';
import { bytesOf, must, type Target, textOf } from '../target.ts';
import { unlessRefused } from './refused.ts';

export const link: Target = {
  name: 'link',
  seeds: [
    'rain:9823d1ad7bbde89b',
    'rain:9823d1ad7bbde89b.VrKW8--wkEbaThwBS_6fkQ?n=holiday&s=example.org:1980',
    ' <rain://9823-D1AD 7bbd-e89b?d=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA&s=[2001:db8::1]:1980&s=192.0.2.7:1>',
    'rain:0123456789abcdef?n=%E2%80%AEgpj.exe&s=[fe80::1%25eth0]:9&x=y',
  ].map(bytesOf),
  words: ['rain:', '//', '.', '?', '&', 'd=', 'n=', 's=', '%', '%25', '%00', '[::1]:1', ':65535', '\u202e'],
  batch: 500,
  take: (input) => {
    const read = unlessRefused(['bad-link'], () => parseLink(textOf(input)));
    if (read === undefined) return;
    must(/^[0-9a-f]{16}$/.test(read.id), 'an id that is none');
    must(read.servers.length <= MAX_LINK_SERVERS, 'too many servers');
    must(!/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(read.name ?? ''), 'a name that deceives the eye');
    const again = formatLink(read);
    must(formatLink(parseLink(again)) === again, 'a link that means something else when it is passed on');
  },
};
