import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { PAGE, PAGE_POLICY } from '../../core/murky/gateway/page.ts';

function inside(tag: string): string[] {
  return [...PAGE.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g'))].map((match) => match[1]);
}

test('the page allows its own script and style, and nothing else', () => {
  for (const [tag, directive] of [
    ['script', 'script-src'],
    ['style', 'style-src'],
  ]) {
    const hashes = inside(tag).map(
      (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
    );
    expect(hashes).toHaveLength(1);
    expect(PAGE_POLICY).toContain(`${directive} ${hashes[0]}`);
  }
  expect(PAGE_POLICY).not.toMatch(/unsafe|\*|https?:/);
  // Neither would run under that policy.
  expect(PAGE).not.toMatch(/ style="| on[a-z]+="|javascript:/);
  expect(PAGE).not.toMatch(/(src|href)="http/);
});

test('its script is JavaScript that asks for elements which are there, and writes no HTML', () => {
  const [script] = inside('script');
  expect(() => new Function(script)).not.toThrow();
  expect(script).not.toMatch(/innerHTML|outerHTML|insertAdjacent|document\.write|eval\(/);
  const asked = [...script.matchAll(/\$\('([a-z]+)'\)/g)].map((match) => match[1]);
  expect(asked.length).toBeGreaterThan(5);
  for (const id of asked) expect(PAGE).toContain(` id="${id}"`);
});
