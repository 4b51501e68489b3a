import { Globe, Lock } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { LinkFacts } from '../../../preload/contract.ts';
import styles from './KindOfLink.module.css';

const { kind } = styles;

/** Who can read what a link leads to, and whether the link is short. */
export function KindOfLink({ facts }: { readonly facts: Pick<LinkFacts, 'private' | 'short'> }) {
  const { t } = useTranslation('fetch');
  return (
    <span className={kind}>
      {facts.private ? <Lock size={14} aria-hidden="true" /> : <Globe size={14} aria-hidden="true" />}
      {t(facts.private ? 'ask.private' : facts.short ? 'confirm.shortKind' : 'ask.public')}
    </span>
  );
}
