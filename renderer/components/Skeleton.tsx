import styles from './Skeleton.module.css';

const { skeleton } = styles;

/** Stands for words that are not here yet; `width` in characters. Not read out: say so beside it. */
export function Skeleton({ width }: { readonly width: number }) {
  return <span className={skeleton} style={{ width: `${width}ch` }} aria-hidden="true" />;
}
