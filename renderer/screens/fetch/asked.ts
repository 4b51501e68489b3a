import type { TransferSnapshot } from '../../../core/api.ts';
import type { FetchFlow } from '../../state/fetch-flow.ts';

/** What is asked about, and how far the asking is. */
export interface Asked {
  readonly flow: FetchFlow & { readonly step: 'asking' };
  readonly transfer: TransferSnapshot;
}
