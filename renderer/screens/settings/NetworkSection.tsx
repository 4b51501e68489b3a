import { useTranslation } from 'react-i18next';
import { useApp } from '../../state/use-app.ts';
import { isAddress, portOf } from './addresses.ts';
import { Fact } from './Fact.tsx';
import { LimitSetting } from './LimitSetting.tsx';
import styles from './NetworkSection.module.css';
import { Section } from './Section.tsx';
import { SwitchSetting } from './SwitchSetting.tsx';
import { TextSetting } from './TextSetting.tsx';
import { useSetting } from './use-setting.ts';

const { addresses: addressesClass } = styles;
/** The port that is taken when none is set and this one is free. */
const USUAL_PORT = 1980;

export function NetworkSection() {
  const { t } = useTranslation('settings');
  return (
    <Section name="network">
      <PortSetting />
      <BindSetting />
      <Reachable />
      <LimitSetting direction="upload" />
      <LimitSetting direction="download" />
      <SwitchSetting name="lan" label={t('network.lan')} hint={t('network.lanMeans')} />
    </Section>
  );
}

function PortSetting() {
  const { t } = useTranslation('settings');
  const port = useSetting('port');
  const now = useApp((state) => state.port);
  return (
    <TextSetting
      label={t('network.port')}
      hint={
        <>
          {t('network.portMeans', { usual: USUAL_PORT })}{' '}
          {now === 0 ? t('network.portLater') : t('network.portNow', { port: now })}
        </>
      }
      text={port.value === null ? '' : String(port.value)}
      placeholder={t('network.portEmpty')}
      inputMode="numeric"
      read={(text) => {
        if (text === '') return { value: null };
        const value = portOf(text);
        return value === undefined ? { wrong: t('invalid.port') } : { value };
      }}
      setting={port}
    />
  );
}

function BindSetting() {
  const { t } = useTranslation('settings');
  const bind = useSetting('bind');
  return (
    <TextSetting
      label={t('network.bind')}
      hint={t('network.bindMeans')}
      text={bind.value ?? ''}
      placeholder={t('network.bindAll')}
      read={(text) => {
        if (text === '') return { value: null };
        return isAddress(text) ? { value: text } : { wrong: t('invalid.bind') };
      }}
      setting={bind}
    />
  );
}

function Reachable() {
  const { t } = useTranslation('settings');
  const addresses = useApp((state) => state.addresses);
  const none = useApp(({ port }) => (port === 0 ? 'network.reachableLater' : 'network.reachableNone'));
  return (
    <Fact title={t('network.reachable')} hint={t(addresses.length === 0 ? none : 'network.reachableMeans')}>
      <ul className={addressesClass}>
        {addresses.map((address) => (
          <li className="mono selectable" key={address}>
            {address}
          </li>
        ))}
      </ul>
    </Fact>
  );
}
