import { createContext, useContext } from 'react';

/**
 * Where menus and tooltips are drawn: the dialog they are in, since a modal dialog covers all else and takes no
 * clicks outside of it; else the body.
 */
export const Layer = createContext<HTMLElement | null>(null);

export function useLayer(): HTMLElement | null {
  return useContext(Layer);
}
