import styles from './Spinner.module.css';

const { spinner } = styles;

/** Something is under way; what, is said in words beside it. Stands still where motion is not wanted. */
export function Spinner() {
  return (
    <svg className={spinner} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeOpacity="0.25" strokeWidth="2" />
      <path d="M14 8a6 6 0 0 0-6-6" fill="none" stroke="currentColor" strokeLinecap="round" strokeWidth="2" />
    </svg>
  );
}
