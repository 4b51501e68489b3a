import type { Problem } from '../../../core/api.ts';
import { Field, type FieldProps } from '../../components/Field.tsx';
import { Refusal } from './Refusal.tsx';
import { Row } from './Section.tsx';

export interface SettingFieldProps extends Omit<FieldProps, 'error'> {
  /** What is wrong with what was typed. */
  readonly wrong?: string | undefined;
  /** Why the value before was not taken; unsaid while something is wrong with this one. */
  readonly problem: Problem | undefined;
}

/** The row of a setting: a control, its words, and why what was entered is not what holds. */
export function SettingField({ wrong, problem, layout = 'beside', ...field }: SettingFieldProps) {
  const refusal = problem === undefined ? undefined : <Refusal problem={problem} />;
  return (
    <Row>
      <Field layout={layout} {...field} error={wrong ?? refusal} />
    </Row>
  );
}
