import { createContext, useContext } from 'react';

/**
 * Where menus and tooltips are drawn: in the dialog they belong to, since a modal dialog covers all else and makes it
 * inert; else in the main landmark, so that no part of the window is outside of every landmark.
 */
export const Layer = createContext<HTMLElement | null>(null);

export function useLayer(): HTMLElement | null {
  return useContext(Layer);
}
