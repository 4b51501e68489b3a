import { Switch as Radix } from 'radix-ui';
import type { ControlProps } from './Field.tsx';
import styles from './Switch.module.css';

const { root, thumb } = styles;

export interface SwitchProps extends Partial<ControlProps> {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
}

/** On or off, at once. Named by the label of its field. */
export function Switch({ onChange, ...rest }: SwitchProps) {
  return (
    <Radix.Root className={root} onCheckedChange={onChange} {...rest}>
      <Radix.Thumb className={thumb} />
    </Radix.Root>
  );
}
