import { expect, test } from 'vitest';
import { Terminal } from '../../cli/terminal.ts';

test('a status as wide as it likes stays on its lines', () => {
  const drawn: string[] = [];
  const screen = { isTTY: true, columns: 10, write: (text: string) => drawn.push(text) };
  const terminal = new Terminal(screen, screen);
  terminal.status(['0123456789abcdef', 'éé']);
  terminal.status();
  expect(drawn).toEqual(['\x1b[?7l0123456789\néé\n\x1b[?7h', '\x1b[2F\x1b[J']);
});

test('a dumb terminal is drawn nothing', () => {
  const drawn: string[] = [];
  const screen = { isTTY: true, columns: 10, write: (text: string) => drawn.push(text) };
  const terminal = new Terminal(screen, screen, 'dumb');
  terminal.status(['a']);
  terminal.say('b');
  expect(terminal.live).toBe(false);
  expect(drawn).toEqual(['b\n']);
});
