import { useEffect } from 'react';
import { useActions, useApp } from '../state/use-app.ts';

/** What keys do wherever the focus is, but in a field that takes text, or while a dialog is open. */
export function useShortcuts(): void {
  const { beginFetch, show } = useActions();
  const isOpen = useApp((state) => state.engine.state === 'open');
  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      if (takesText(event.target) || isModal() || !isOpen) return;
      const text = event.clipboardData?.getData('text/plain').trim() ?? '';
      if (text === '') return;
      event.preventDefault();
      show('transfers');
      void beginFetch(text, 'paste');
    };
    window.addEventListener('paste', paste);
    return () => window.removeEventListener('paste', paste);
  }, [beginFetch, show, isOpen]);
}

export function takesText(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, [contenteditable]') !== null;
}

export function isModal(): boolean {
  return document.querySelector('dialog[open]') !== null;
}
