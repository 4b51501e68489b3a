import { describe, expect, test } from 'vitest';
import type { WindowState } from '../../preload/contract.ts';
import { NetworkSection } from '../../renderer/screens/settings/NetworkSection.tsx';
import { windowState } from './fixtures.ts';
import { rendered } from './rendered.ts';

function section(state: Partial<WindowState>): string {
  return rendered(NetworkSection, {}, state);
}

const { node, settings } = windowState();

describe('the port', () => {
  test('that is open is named', () => {
    const markup = section({ node: { ...node, port: 2000, addresses: ['192.0.2.1:2000'] } });
    expect(markup).toContain('In use now: 2000.');
    expect(markup).toContain('192.0.2.1:2000');
  });

  test('is said to be opened later as long as there is none, and no network is blamed for it', () => {
    const markup = section({ node: { ...node, port: 0 } });
    expect(markup).toContain('Opened when something is first shared or fetched.');
    expect(markup).not.toContain('this computer is in no network');
    expect(section({ node: { ...node, port: 2000 } })).toContain('this computer is in no network');
  });
});

describe('a limit', () => {
  const limited = { ...settings, uploadLimit: 1_000_000 };

  test('is shown in the unit that it was entered in', () => {
    const markup = section({ settings: { ...limited, uploadLimitUnit: 'kB' } });
    expect(markup).toContain('value="1000"');
    expect(markup).toContain('<option value="kB" selected="">');
  });

  test('of which nobody has said the unit is written as short as can be', () => {
    const markup = section({ settings: limited });
    expect(markup).toContain('value="1"');
    expect(markup).toContain('<option value="MB" selected="">');
  });
});
