import type { Settings } from '../../../preload/contract.ts';
import { Select, type SelectProps } from '../../components/Select.tsx';
import { SettingField } from './SettingField.tsx';
import { useSetting } from './use-setting.ts';

export interface SelectSettingProps<N extends 'theme' | 'language'> {
  readonly name: N;
  readonly label: string;
  readonly options: SelectProps<Settings[N]>['options'];
}

/** A setting that is one of a few values. */
export function SelectSetting<N extends 'theme' | 'language'>({
  name,
  label,
  options,
}: SelectSettingProps<N>) {
  const { value, problem, change } = useSetting(name);
  return (
    <SettingField label={label} problem={problem}>
      {(control) => (
        <Select {...control} value={value} options={options} onChange={(next) => void change(next)} />
      )}
    </SettingField>
  );
}
