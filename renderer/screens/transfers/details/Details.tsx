export function Details(_: { row: number; name: string; transfer: unknown; share: unknown }) {
  return null;
}
