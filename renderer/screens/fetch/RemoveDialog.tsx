import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ShareSnapshot, TransferSnapshot } from '../../../core/api.ts';
import { AlertDialog } from '../../components/AlertDialog.tsx';
import { Choice } from '../../components/Choice.tsx';
import { useActions, useApp } from '../../state/use-app.ts';

/** Asks whether a row is to go; of what was fetched, whether the files go too. `row`: its key. */
export function RemoveDialog({ row }: { readonly row: number }) {
  const transfer = useApp((state) => state.entries.transfers.get(row));
  const share = useApp((state) => state.entries.shares.get(row));
  const serving = useApp((state) => state.entries.serving.has(row));
  if (transfer !== undefined) return <RemoveTransfer transfer={transfer} serving={serving} />;
  return share === undefined ? null : <RemoveShare share={share} />;
}

function RemoveShare({ share }: { readonly share: ShareSnapshot }) {
  const { t } = useTranslation('fetch');
  const actions = useActions();
  return (
    <AlertDialog
      title={t('remove.shareTitle', { name: share.name })}
      confirmLabel={t('remove.confirmShare')}
      onConfirm={() => {
        actions.dismiss();
        void actions.remove(share.key, false);
      }}
      onCancel={actions.dismiss}
    >
      <p>{t('remove.shareMeans')}</p>
    </AlertDialog>
  );
}

function RemoveTransfer({
  transfer,
  serving,
}: {
  readonly transfer: TransferSnapshot;
  readonly serving: boolean;
}) {
  const { t } = useTranslation('fetch');
  const actions = useActions();
  const [files, setFiles] = useState<'keep' | 'delete'>('keep');
  const done = transfer.state === 'done';
  const hasFiles = done || transfer.verified > 0;
  const deletes = hasFiles ? files === 'delete' : true;
  const name = transfer.name === '' ? t('ask.unnamed', { id: transfer.id }) : transfer.name;
  return (
    <AlertDialog
      title={t('remove.transferTitle', { name })}
      confirmLabel={hasFiles && deletes ? t('remove.confirmDelete') : t('remove.confirm')}
      danger={hasFiles && deletes}
      onConfirm={() => {
        actions.dismiss();
        void actions.remove(transfer.key, deletes);
      }}
      onCancel={actions.dismiss}
    >
      {serving ? <p>{t('remove.servingMeans')}</p> : null}
      {hasFiles ? (
        <Choice
          label={t('remove.choice')}
          value={files}
          onChange={setFiles}
          options={[
            {
              value: 'keep',
              label: t(done ? 'remove.keep' : 'remove.keepPart'),
              hint: t(done ? 'remove.keepMeans' : 'remove.keepPartMeans', { folder: transfer.into }),
            },
            { value: 'delete', label: t('remove.delete'), hint: t('remove.deleteMeans') },
          ]}
        />
      ) : (
        <p>{t('remove.noFilesMeans')}</p>
      )}
    </AlertDialog>
  );
}
