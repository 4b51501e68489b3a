import { useApp } from '../../state/use-app.ts';
import { AskDialog } from './AskDialog.tsx';
import { BadLinkDialog } from './BadLinkDialog.tsx';
import { ChooseDialog } from './ChooseDialog.tsx';
import { OutsideDialog } from './OutsideDialog.tsx';

/** The dialog of the step that is between a link and a transfer, if there is one. */
export function FetchDialog() {
  const flow = useApp((state) => state.fetch);
  const transfer = useApp((state) =>
    state.fetch.step === 'asking' ? state.entries.transfers.get(state.fetch.key) : undefined,
  );
  switch (flow.step) {
    case 'idle':
      return <OutsideQuestion />;
    case 'reading':
      return null;
    case 'bad':
      return <BadLinkDialog text={flow.text} problem={flow.problem} />;
    case 'choose':
      return <ChooseDialog found={flow.found} />;
    case 'asking':
      return transfer === undefined ? null : <AskDialog flow={flow} transfer={transfer} />;
  }
}

/** What came from outside waits until the person has done with what they are asked already. */
function OutsideQuestion() {
  const [first] = useApp((state) => state.outside.waiting);
  const isFree = useApp(({ engine, question }) => engine.state === 'open' && question === undefined);
  return first === undefined || !isFree ? null : <OutsideDialog key={first.key} read={first} />;
}
