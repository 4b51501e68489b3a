/** Sections of the settings, in their order; each name is its anchor. */
export const SECTIONS = ['downloads', 'network', 'servers', 'store', 'app', 'history'] as const;
export type SectionName = (typeof SECTIONS)[number];
