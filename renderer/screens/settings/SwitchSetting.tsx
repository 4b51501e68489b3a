import type { SettingsChange } from '../../../preload/contract.ts';
import { Field } from '../../components/Field.tsx';
import { Switch } from '../../components/Switch.tsx';
import { Refusal } from './Refusal.tsx';
import { Row } from './Section.tsx';
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
    <Row>
      <Field
        layout="beside"
        label={label}
        hint={hint}
        error={problem === undefined ? undefined : <Refusal problem={problem} />}
      >
        {(control) => <Switch {...control} checked={value} onChange={(next) => void change(next)} />}
      </Field>
    </Row>
  );
}
