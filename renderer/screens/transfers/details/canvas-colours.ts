/** Tokens as a canvas takes them: it knows no custom properties and no light-dark(). */
import { useEffect, useState } from 'react';

/** The colour that an expression of CSS comes to inside of `element`, in the scheme that holds now. */
export function colourIn(element: HTMLElement, expression: string): string {
  const probe = document.createElement('span');
  probe.style.color = expression;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Another number whenever the window changes between light and dark. */
export function useScheme(): number {
  const [scheme, setScheme] = useState(0);
  useEffect(() => {
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    const changed = (): void => setScheme((before) => before + 1);
    dark.addEventListener('change', changed);
    return () => dark.removeEventListener('change', changed);
  }, []);
  return scheme;
}
