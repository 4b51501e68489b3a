import styles from './Kbd.module.css';

const { kbd } = styles;

/** Keys, as this system writes them; see shortcut.ts. */
export function Kbd({ keys }: { readonly keys: string }) {
  return <kbd className={kbd}>{keys}</kbd>;
}
