import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Select } from '../../components/Select.tsx';
import { limitText, readLimit, UNITS, type Unit, unitOf } from './limit.ts';
import { TextSetting } from './TextSetting.tsx';
import { useSetting } from './use-setting.ts';

/** A limit of what goes out or comes in. Another unit keeps the number, which then means another limit. */
export function LimitSetting({ direction }: { readonly direction: 'upload' | 'download' }) {
  const { t, i18n } = useTranslation('settings');
  const limit = useSetting(`${direction}Limit`);
  const [unit, setUnit] = useState(() => unitOf(limit.value));
  const text = limitText(limit.value, unit, i18n.language);

  function chooseUnit(chosen: Unit): void {
    setUnit(chosen);
    const reading = readLimit(text, chosen);
    if ('limit' in reading) void limit.change(reading.limit);
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
      change={limit.change}
      problem={limit.problem}
    >
      <Select
        label={t(`network.${direction}Unit`)}
        value={unit}
        options={(Object.keys(UNITS) as Unit[]).map((each) => ({ value: each, label: t(`network.${each}`) }))}
        onChange={chooseUnit}
      />
    </TextSetting>
  );
}
