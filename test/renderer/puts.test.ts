import { expect, test } from 'vitest';
import { Puts } from '../../renderer/screens/store/Puts.tsx';
import { rendered } from './rendered.ts';

test('files on their way into the store are named, with how far each of them is', () => {
  expect(rendered(Puts, {})).toBe('');
  const markup = rendered(
    Puts,
    {},
    {
      puts: [
        { key: 1, name: 'film.mkv', size: 2e9, read: 5e8 },
        { key: 2, name: 'empty.txt', size: 0, read: 0 },
        { key: 3, name: 'growing.log', size: 10, read: 12 },
      ],
    },
  );
  expect(markup).toContain('500 MB of 2.00 GB');
  expect(markup).toMatch(
    /aria-label="Progress of film.mkv"[^>]*aria-valuenow="25"|aria-valuenow="25"[^>]*aria-label="Progress of film.mkv"/,
  );
  expect(markup.match(/Being written…/g)).toHaveLength(2);
  const stop = (name: string): string | undefined =>
    markup.match(/<button[^>]*>/g)?.find((button) => button.includes(`aria-label="Do not put ${name}"`));
  expect(stop('film.mkv')).not.toContain('disabled');
  expect(stop('growing.log')).toContain('disabled');
});
