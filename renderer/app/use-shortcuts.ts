import { useEffect } from 'react';
import { useActions, useApp } from '../state/use-app.ts';

/**
 * What keys do wherever the focus is, but for pasting in a field that takes text, and while a dialog is open. The
 * keys of the menu are main's.
 */
export function useShortcuts(): void {
  const { beginFetch, show, focusSearch } = useActions();
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
    const press = (event: KeyboardEvent): void => {
      const isCommand = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
      if (!isCommand || event.key !== 'f' || isModal()) return;
      event.preventDefault();
      focusSearch();
    };
    window.addEventListener('paste', paste);
    window.addEventListener('keydown', press);
    return () => {
      window.removeEventListener('paste', paste);
      window.removeEventListener('keydown', press);
    };
  }, [beginFetch, show, focusSearch, isOpen]);
}

function takesText(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, [contenteditable]') !== null;
}

function isModal(): boolean {
  return document.querySelector('dialog[open]') !== null;
}
