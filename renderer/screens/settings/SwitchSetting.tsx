import type { SettingsChange } from '../../../preload/contract.ts';
import { Switch } from '../../components/Switch.tsx';
import { SettingField } from './SettingField.tsx';
import { useSetting } from './use-setting.ts';

type Flag = {
  [N in keyof SettingsChange]-?: boolean extends SettingsChange[N] ? N : never;
}[keyof SettingsChange];

export interface SwitchSettingProps {
  readonly name: Flag;
  readonly label: string;
  readonly hint: string;
}

export function SwitchSetting({ name, label, hint }: SwitchSettingProps) {
  const { value, problem, change } = useSetting(name);
  return (
    <SettingField label={label} hint={hint} problem={problem}>
      {(control) => <Switch {...control} checked={value} onChange={(next) => void change(next)} />}
    </SettingField>
  );
}
