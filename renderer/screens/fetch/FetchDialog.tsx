import { useApp } from '../../state/use-app.ts';
import { AskDialog } from './AskDialog.tsx';
import { BadLinkDialog } from './BadLinkDialog.tsx';
import { ConfirmLinkDialog } from './ConfirmLinkDialog.tsx';

/** The dialog of the step that is between a link and a transfer, if there is one. */
export function FetchDialog() {
  const flow = useApp((state) => state.fetch);
  const transfer = useApp((state) =>
    state.fetch.step === 'asking' ? state.entries.transfers.get(state.fetch.key) : undefined,
  );
  switch (flow.step) {
    case 'idle':
    case 'reading':
      return null;
    case 'bad':
      return <BadLinkDialog text={flow.text} problem={flow.problem} />;
    case 'confirm':
      return <ConfirmLinkDialog facts={flow.facts} />;
    case 'asking':
      return transfer === undefined ? null : <AskDialog flow={flow} transfer={transfer} />;
  }
}
