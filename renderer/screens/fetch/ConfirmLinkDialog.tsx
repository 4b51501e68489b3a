import { useTranslation } from 'react-i18next';
import type { LinkFacts } from '../../../preload/contract.ts';
import { AlertDialog } from '../../components/AlertDialog.tsx';
import { useActions } from '../../state/use-app.ts';

/** A link came from outside and nothing else would be asked: what a web page opens is not downloaded unseen. */
export function ConfirmLinkDialog({ facts }: { readonly facts: LinkFacts }) {
  const { t } = useTranslation('fetch');
  const actions = useActions();
  return (
    <AlertDialog
      title={t('confirm.title')}
      confirmLabel={t('confirm.start')}
      onConfirm={() => void actions.confirmLink()}
      onCancel={actions.closeFetch}
    >
      <p>{t('confirm.outside')}</p>
      {facts.name === '' ? null : <p>{t('ask.named', { name: facts.name })}</p>}
      <p className="mono selectable">{facts.link}</p>
    </AlertDialog>
  );
}
