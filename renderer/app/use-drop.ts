import { useEffect, useState } from 'react';
import { useActions, useApp } from '../state/use-app.ts';

/** What is being dragged over the window. `isPublic`: how files would be shared if they were dropped here. */
export type Drag =
  | { readonly what: 'nothing' }
  | { readonly what: 'text' }
  /** Files that would be put into the store. */
  | { readonly what: 'entries' }
  | { readonly what: 'files'; readonly isPublic: boolean };

const NOTHING: Drag = { what: 'nothing' };
const ENTRIES: Drag = { what: 'entries' };
const TEXT: Drag = { what: 'text' };
const PRIVATE: Drag = { what: 'files', isPublic: false };
const PUBLIC: Drag = { what: 'files', isPublic: true };

/** Takes files and texts that are dropped anywhere, and says what is being dragged. */
export function useDrop(): Drag {
  const [drag, setDrag] = useState(NOTHING);
  const { beginFetch, putDropped, shareDropped, show } = useActions();
  const isOpen = useApp((state) => state.engine.state === 'open');
  const toStore = useApp(({ screen, store }) => screen === 'store' && store.state === 'open');
  const sharePublic = useApp((state) => state.settings.sharePublic);
  useEffect(() => {
    let isOwn = false;
    const dragOf = (event: DragEvent): Drag => {
      const types = event.dataTransfer?.types ?? [];
      if (!isOpen || isOwn) return NOTHING;
      if (types.includes('Files') && toStore) return ENTRIES;
      if (types.includes('Files')) return audienceAt(event.target, sharePublic) ? PUBLIC : PRIVATE;
      return types.includes('text/plain') ? TEXT : NOTHING;
    };
    const over = (event: DragEvent): void => {
      // Without this the window would go to what is dropped.
      event.preventDefault();
      const now = dragOf(event);
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = now === NOTHING ? 'none' : 'copy';
      setDrag(now);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setDrag(NOTHING);
    };
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      setDrag(NOTHING);
      const dropped = dragOf(event);
      if (dropped.what === 'nothing' || event.dataTransfer === null) return;
      const files = [...event.dataTransfer.files];
      if (dropped.what === 'entries') return void putDropped(files);
      show('transfers');
      if (dropped.what === 'files') void shareDropped(files, dropped.isPublic);
      else void beginFetch(event.dataTransfer.getData('text/plain'), 'drop');
    };
    const start = (): void => {
      isOwn = true;
    };
    const end = (): void => {
      isOwn = false;
    };
    const listeners = {
      dragenter: over,
      dragover: over,
      dragleave: leave,
      drop,
      dragstart: start,
      dragend: end,
    };
    for (const [name, listener] of Object.entries(listeners))
      window.addEventListener(name, listener as EventListener);
    return () => {
      for (const [name, listener] of Object.entries(listeners))
        window.removeEventListener(name, listener as EventListener);
    };
  }, [beginFetch, putDropped, shareDropped, show, isOpen, toStore, sharePublic]);
  return drag;
}

function audienceAt(target: EventTarget | null, otherwise: boolean): boolean {
  const zone = target instanceof Element ? target.closest('[data-audience]') : null;
  return zone === null ? otherwise : zone.getAttribute('data-audience') === 'public';
}
