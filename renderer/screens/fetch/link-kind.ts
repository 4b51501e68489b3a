/** What the link of a row shows at a glance; main has read it before, and stored it in its canonical form. */
export interface LinkKind {
  readonly private: boolean;
  /** The 64-bit id alone, without the rest of the digest. */
  readonly short: boolean;
}

export function linkKind(link: string): LinkKind {
  const [resource, hints = ''] = link.split('?', 2);
  const isPrivate = resource.includes('.');
  return { private: isPrivate, short: !isPrivate && !new URLSearchParams(hints).has('d') };
}
