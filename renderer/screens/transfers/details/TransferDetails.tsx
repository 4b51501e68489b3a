import { useTranslation } from 'react-i18next';
import type { TransferSnapshot } from '../../../../core/api.ts';
import { Banner } from '../../../components/Banner.tsx';
import { ProblemText, useProblemTitle } from '../../../problems/ProblemText.tsx';
import { useAppItself } from '../../../state/use-app.ts';
import { BlockMap } from './BlockMap.tsx';
import { Overhead } from './Overhead.tsx';
import { Section } from './Section.tsx';
import { ServerTable } from './ServerTable.tsx';
import { ThroughputChart } from './ThroughputChart.tsx';
import styles from './TransferDetails.module.css';
import { TransferFacts } from './TransferFacts.tsx';
import { Waiting } from './Waiting.tsx';

const { columns, column } = styles;

export function TransferDetails({ transfer }: { readonly transfer: TransferSnapshot }) {
  const { t } = useTranslation('transfers');
  const problemTitle = useProblemTitle();
  // Samples are taken when the snapshot changes, which draws this anew.
  const throughput = useAppItself().samples.of(transfer.key);
  const { state, problem, droplets, blocks } = transfer;
  const isActive = state === 'running' || state === 'finishing' || state === 'manifest';
  const hasFigures = droplets.received > 0 || blocks !== undefined;
  // Where there is no chart there is room for them.
  const facts = <TransferFacts transfer={transfer} />;
  return (
    <>
      {state === 'waiting' ? <Waiting transfer={transfer} /> : null}
      {(state === 'stalled' || state === 'failed') && problem !== undefined ? (
        <Banner tone={state === 'failed' ? 'danger' : 'warning'} title={problemTitle(problem)}>
          <ProblemText problem={problem} />
        </Banner>
      ) : null}
      <div className={hasFigures || throughput !== undefined ? columns : column}>
        <div className={column}>
          {throughput === undefined ? null : (
            <Section title={t('details.throughput')} note={t('details.throughputMeans')}>
              <ThroughputChart throughput={throughput} />
            </Section>
          )}
          <ServerTable servers={transfer.servers} bands={throughput?.servers ?? []} isActive={isActive} />
          {throughput === undefined ? facts : null}
        </div>
        <div className={column}>
          {hasFigures ? (
            <>
              <Overhead transfer={transfer} />
              <BlockMap transfer={transfer} />
            </>
          ) : null}
          {throughput === undefined ? null : facts}
        </div>
      </div>
    </>
  );
}
