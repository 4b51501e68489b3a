import { Globe, Lock } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ShareSnapshot } from '../../../../core/api.ts';
import { Banner } from '../../../components/Banner.tsx';
import { Button } from '../../../components/Button.tsx';
import { useFormat } from '../../../format/use-format.ts';
import { ProblemText, useProblemTitle } from '../../../problems/ProblemText.tsx';
import { useActions } from '../../../state/use-app.ts';
import { ClientTable } from './ClientTable.tsx';
import { FactList } from './FactList.tsx';
import { Section } from './Section.tsx';
import styles from './ShareDetails.module.css';

const { audience, audienceWords, audienceTitle, note } = styles;

interface ShareDetailsProps {
  readonly share: ShareSnapshot;
  /** It was shared here, and not fetched: the person decides who can read it. */
  readonly isOwn: boolean;
}

export function ShareDetails({ share, isOwn }: ShareDetailsProps) {
  const { t } = useTranslation('transfers');
  const format = useFormat();
  const problemTitle = useProblemTitle();
  const { problem, rate, clients, poured, id, paths, bytes, files, addedAt } = share;
  return (
    <>
      {problem === undefined ? null : (
        <Banner tone="warning" title={problemTitle(problem)}>
          <ProblemText problem={problem} />
        </Banner>
      )}
      <Section title={t('details.clients')} figure={rate > 0 ? format.rate(rate) : ''}>
        <ClientTable clients={clients} />
      </Section>
      {isOwn ? <Audience share={share} /> : null}
      <FactList
        facts={[
          { name: t('details.pouredTotal'), value: format.bytes(poured) },
          ...(isOwn
            ? [
                { name: t('details.size'), value: format.bytes(bytes) },
                { name: t('details.files'), value: format.count(files) },
                { name: t('details.added'), value: format.moment(addedAt) },
                { name: t('details.id'), value: id, isCode: true },
                { name: t('details.paths'), value: format.list(paths), isCode: true },
              ]
            : []),
        ]}
      />
    </>
  );
}

/** Who can read it, and the way to change that. */
function Audience({ share }: { readonly share: ShareSnapshot }) {
  const { t } = useTranslation('transfers');
  const { ask } = useActions();
  const Icon = share.public ? Globe : Lock;
  return (
    <Section title={t('details.audience')}>
      <div className={audience}>
        <Icon size={18} aria-hidden="true" />
        <div className={audienceWords}>
          <p className={audienceTitle}>{t(share.public ? 'share.public' : 'share.private')}</p>
          <p className={note}>{t(share.public ? 'share.publicMeans' : 'share.privateMeans')}</p>
        </div>
        <Button
          size="small"
          onClick={() => ask({ about: 'set-public', share: share.key, public: !share.public })}
        >
          {t(share.public ? 'actions.makePrivate' : 'actions.makePublic')}
        </Button>
      </div>
    </Section>
  );
}
