/** Components as they are drawn first, in English, without a window: what they say, not what is done with them. */
import { createElement, type FunctionComponent } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { vi } from 'vitest';
import type { WindowState } from '../../preload/contract.ts';
import { TooltipProvider } from '../../renderer/components/Tooltip.tsx';
import { createApp } from '../../renderer/state/app.ts';
import { AppContext } from '../../renderer/state/use-app.ts';
import { fakeBridge, windowState } from './fixtures.ts';

vi.stubGlobal('document', { documentElement: {} });
const { speak } = await import('../../renderer/i18n.ts');
await speak('en');

/** The markup of a component in a window that main has told this state. */
export function rendered<P extends object>(
  component: FunctionComponent<P>,
  props: P,
  state: Partial<WindowState> = {},
): string {
  const app = createApp(fakeBridge().bridge, windowState(state));
  const inWindow = createElement(TooltipProvider, undefined, createElement(component, props));
  return renderToStaticMarkup(createElement(AppContext, { value: app }, inWindow));
}
