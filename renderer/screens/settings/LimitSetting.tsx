import { useTranslation } from 'react-i18next';
import type { RateUnit } from '../../../preload/contract.ts';
import { Select } from '../../components/Select.tsx';
import { useApp } from '../../state/use-app.ts';
import { limitText, readLimit, UNITS, unitOf } from './limit.ts';
import { TextSetting } from './TextSetting.tsx';
import { useChange } from './use-setting.ts';

/** A limit of what goes out or comes in. Another unit keeps the number, which then means another limit. */
export function LimitSetting({ direction }: { readonly direction: 'upload' | 'download' }) {
  const { t, i18n } = useTranslation('settings');
  const limit = useApp(({ settings }) => settings[`${direction}Limit`]);
  const unit = useApp(({ settings }) => settings[`${direction}LimitUnit`]) ?? unitOf(limit);
  const { change, ...refusal } = useChange();
  const text = limitText(limit, unit, i18n.language);

  function changeTo(next: number | null, chosen: RateUnit): Promise<void> {
    return change({ [`${direction}Limit`]: next, [`${direction}LimitUnit`]: chosen });
  }

  function chooseUnit(chosen: RateUnit): void {
    const reading = readLimit(text, chosen);
    void changeTo('limit' in reading ? reading.limit : limit, chosen);
  }

  return (
    <TextSetting
      label={t(`network.${direction}`)}
      hint={t(`network.${direction}Means`)}
      text={text}
      placeholder={t('network.noLimit')}
      inputMode="decimal"
      read={(typed) => {
        const reading = readLimit(typed, unit);
        return 'wrong' in reading ? { wrong: t(`invalid.${reading.wrong}`) } : { value: reading.limit };
      }}
      setting={{ ...refusal, change: (next) => changeTo(next, unit) }}
    >
      <Select
        label={t(`network.${direction}Unit`)}
        value={unit}
        options={(Object.keys(UNITS) as RateUnit[]).map((each) => ({
          value: each,
          label: t(`network.${each}`),
        }))}
        onChange={chooseUnit}
      />
    </TextSetting>
  );
}
