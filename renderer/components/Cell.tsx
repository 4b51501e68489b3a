import type { ReactNode } from 'react';

/** A part of a row. */
export function Cell({
  className,
  children,
}: {
  readonly className: string | undefined;
  readonly children: ReactNode;
}) {
  return (
    // biome-ignore-start lint/a11y/useSemanticElements: rows are placed by a virtual list, which no table can be
    // biome-ignore-start lint/a11y/useFocusableInteractive: the keyboard moves by rows, and Tab by what is in cells
    <div role="gridcell" className={className}>
      {children}
    </div>
    // biome-ignore-end lint/a11y/useFocusableInteractive: as above
    // biome-ignore-end lint/a11y/useSemanticElements: as above
  );
}
