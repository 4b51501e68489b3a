import { useTranslation } from 'react-i18next';
import type { TransferSnapshot } from '../../../../core/api.ts';
import { useFormat } from '../../../format/use-format.ts';
import { FactList } from './FactList.tsx';

export function TransferFacts({ transfer }: { readonly transfer: TransferSnapshot }) {
  const { t } = useTranslation('transfers');
  const format = useFormat();
  const { path, into, id, bytes, files, verified, resumedBytes, seconds, addedAt, doneAt } = transfer;
  return (
    <FactList
      facts={[
        path === undefined
          ? { name: t('details.saveTo'), value: into, isCode: true }
          : { name: t('details.savedAt'), value: path, isCode: true },
        { name: t('details.id'), value: id, isCode: true },
        { name: t('details.size'), value: bytes === undefined ? '' : format.bytes(bytes) },
        { name: t('details.files'), value: files === undefined ? '' : format.count(files) },
        { name: t('details.verified'), value: format.bytes(verified) },
        { name: t('details.resumed'), value: resumedBytes > 0 ? format.bytes(resumedBytes) : '' },
        { name: t('details.time'), value: seconds > 0 ? format.duration(seconds) : '' },
        { name: t('details.added'), value: format.moment(addedAt) },
        { name: t('details.finished'), value: doneAt === undefined ? '' : format.moment(doneAt) },
      ]}
    />
  );
}
