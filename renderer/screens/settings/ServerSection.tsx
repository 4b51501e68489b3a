import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Banner } from '../../components/Banner.tsx';
import { Button } from '../../components/Button.tsx';
import { useFormat } from '../../format/use-format.ts';
import { ProblemText, useProblemTitle } from '../../problems/ProblemText.tsx';
import { useApp } from '../../state/use-app.ts';
import { AddServer } from './AddServer.tsx';
import { Row, Section } from './Section.tsx';
import { ServerRow } from './ServerRow.tsx';
import styles from './ServerSection.module.css';
import { type Done, useServers } from './use-servers.ts';

const { list: listClass, actions, none, said } = styles;

/** The list that every transfer asks, those found nearby, and whether they are there. */
export function ServerSection() {
  const { t } = useTranslation('settings');
  const servers = useApp((state) => state.servers);
  const list = useServers();
  const problemTitle = useProblemTitle();
  const { check } = list;
  // Whether a server is there is only known by asking: those in the list are asked when they are looked at.
  useEffect(() => void check(), [check]);

  return (
    <Section name="servers" means={t('servers.means')}>
      <Row>
        <AddServer onAdd={list.add} />
        {list.problem === undefined ? null : (
          <Banner tone="danger" title={problemTitle(list.problem)}>
            <ProblemText problem={list.problem} />
          </Banner>
        )}
      </Row>
      {servers.length === 0 ? (
        <Row>
          <p className={none}>{t('servers.none')}</p>
        </Row>
      ) : (
        <ul className={listClass} aria-label={t('servers.list')}>
          {servers.map((server) => (
            <ServerRow
              key={`${server.found} ${server.address}`}
              server={server}
              checking={list.checking}
              onRemove={list.remove}
            />
          ))}
        </ul>
      )}
      <Row>
        <div className={actions}>
          <Button onClick={() => void list.importList()}>{t('servers.import')}</Button>
          <Button busy={list.checking} disabled={servers.length === 0} onClick={() => void check()}>
            {t('servers.check')}
          </Button>
          <p className={said} role="status">
            {list.done === undefined ? null : <DoneText done={list.done} />}
          </p>
        </div>
      </Row>
    </Section>
  );
}

function DoneText({ done }: { readonly done: Done }) {
  const { t } = useTranslation('settings');
  const format = useFormat();
  if (done.what !== 'imported') return t(`servers.${done.what}`, { address: done.address });
  const { count } = done;
  return count === 0
    ? t('servers.importedNone')
    : t('servers.imported', { count, formatted: format.count(count) });
}
