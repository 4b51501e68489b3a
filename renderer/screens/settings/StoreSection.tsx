import { Copy } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Banner } from '../../components/Banner.tsx';
import { classNames } from '../../components/class-names.ts';
import { IconButton } from '../../components/IconButton.tsx';
import { ProblemText, useProblemTitle } from '../../problems/ProblemText.tsx';
import { useActions, useApp } from '../../state/use-app.ts';
import { portOf } from './addresses.ts';
import { Fact } from './Fact.tsx';
import { SecretSetting } from './SecretSetting.tsx';
import { Row, Section } from './Section.tsx';
import styles from './StoreSection.module.css';
import { SwitchSetting } from './SwitchSetting.tsx';
import { TextSetting } from './TextSetting.tsx';
import { useSetting } from './use-setting.ts';

const { place } = styles;

/** The store of Murky Waters: whether it runs, and how. */
export function StoreSection() {
  const { t } = useTranslation('store');
  return (
    <Section name="store" means={t('settings.means')}>
      <SwitchSetting name="store" label={t('settings.on')} hint={t('settings.onMeans')} />
      <Now />
      <PortSetting />
      <SecretSetting />
      <SwitchSetting name="storeClassic" label={t('settings.classic')} hint={t('settings.classicMeans')} />
    </Section>
  );
}

/** Where the gateway listens, or why it does not. */
function Now() {
  const { t } = useTranslation('store');
  const isOn = useApp((state) => state.settings.store);
  const store = useApp((state) => state.store);
  const { copyStoreAddress } = useActions();
  const problemTitle = useProblemTitle();
  if (!isOn) return null;
  if (store.state === 'failed') {
    return (
      <Row>
        <Banner tone="danger" title={`${t('failed')}: ${problemTitle(store.problem)}`}>
          <ProblemText problem={store.problem} />
        </Banner>
      </Row>
    );
  }
  if (store.state !== 'open') return null;
  return (
    <Fact title={t('settings.gateway')} hint={t('settings.gatewayMeans')}>
      <p className={place}>
        <span className={classNames('mono', 'selectable')}>{store.url}</span>
        <IconButton
          size="small"
          label={t('copyAddress')}
          icon={<Copy size={16} />}
          onClick={() => void copyStoreAddress()}
        />
      </p>
    </Fact>
  );
}

function PortSetting() {
  const { t } = useTranslation(['store', 'settings']);
  const port = useSetting('storePort');
  return (
    <TextSetting
      label={t('settings.port')}
      hint={t('settings.portMeans')}
      text={String(port.value)}
      placeholder=""
      inputMode="numeric"
      read={(text) => {
        const value = portOf(text);
        return value === undefined ? { wrong: t('settings:invalid.port') } : { value };
      }}
      setting={port}
    />
  );
}
