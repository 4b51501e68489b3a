/** What docs/wire.md says, so that tests can hold the code to it. */
import { readFileSync } from 'node:fs';

const text = readFileSync(new URL('../../docs/wire.md', import.meta.url), 'utf8');

/** The golden record `name`: its values as JSON, and its bytes. */
export function goldenRecord(name: string): { values: Record<string, unknown>; bytes: Uint8Array } {
  return { values: goldenValues(name), bytes: fromHex(fenced('hex', name)) };
}

export function goldenValues(name: string): Record<string, unknown> {
  return JSON.parse(fenced('json', name));
}

/** The body of the fenced block with the info string `language name`. */
export function fenced(language: string, name: string): string {
  const found = text.match(new RegExp(`^\`\`\`${language} ${name}\n([^\`]*)^\`\`\`$`, 'm'));
  if (found === null) throw new Error(`docs/wire.md has no ${language} record of ${name}`);
  return found[1];
}

/** Offset and size of every field in the table that comes last before the golden record `name`. */
export function fieldTable(name: string): { at: string; size: string; field: string }[] {
  const before = text.slice(0, text.indexOf(`\`\`\`json ${name}\n`));
  const table = before.slice(before.lastIndexOf('| 0 | 1 | magic |')).split('\n\n', 1)[0];
  return table
    .trim()
    .split('\n')
    .map((row) => {
      const [, at, size, field] = row.split('|').map((cell) => cell.trim());
      return { at, size, field };
    });
}

export function fromHex(digits: string): Uint8Array {
  const clean = digits.replace(/\s/g, '');
  if (!/^([0-9a-f]{2})*$/.test(clean)) throw new Error(`"${digits}" is not hex`);
  return new Uint8Array(Buffer.from(clean, 'hex'));
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
