import { describe, expect, it } from 'vitest';
import { pauseAction, shareState, transferState } from '../../renderer/screens/transfers/row-state.ts';
import { share, transfer } from './fixtures.ts';

const client = { address: 'a', rate: 1, poured: 1 };

describe('what a row says', () => {
  it('shows progress of what is verified, and of what is unknown that it is unknown', () => {
    expect(transferState(transfer({ bytes: 200, verified: 50 })).progress).toBe(0.25);
    expect(transferState(transfer({ state: 'manifest' })).progress).toBeNull();
    expect(transferState(transfer({ state: 'paused', bytes: 200, verified: 0 })).progress).toBeUndefined();
    expect(transferState(transfer({ bytes: 0, verified: 0 })).progress).toBe(1);
  });

  it('tells waiting for servers from looking for them', () => {
    expect(transferState(transfer({ state: 'waiting' })).words).toBe('looking');
  });

  it('says whether what is done is served on', () => {
    const done = transfer({ state: 'done' });
    expect(transferState(done).words).toBe('done');
    expect(transferState(done, share()).words).toBe('doneServing');
    expect(transferState(done, share({ clients: [client] })).words).toBe('donePouring');
    expect(transferState(done, share({ state: 'paused' })).words).toBe('done');
  });

  it('tells sharing from pouring', () => {
    expect(shareState(share()).words).toBe('serving');
    expect(shareState(share({ clients: [client] })).words).toBe('pouring');
    expect(shareState(share({ state: 'hashing', hashed: 250, bytes: 1000 })).progress).toBe(0.25);
  });
});

describe('the key for pausing', () => {
  it('pauses what goes on and resumes what does not', () => {
    expect(pauseAction(transfer({ state: 'running' }), undefined)).toBe('pause');
    expect(pauseAction(transfer({ state: 'waiting' }), undefined)).toBe('pause');
    expect(pauseAction(transfer({ state: 'paused' }), undefined)).toBe('resume');
    expect(pauseAction(transfer({ state: 'failed' }), undefined)).toBe('resume');
    expect(pauseAction(transfer({ state: 'held' }), undefined)).toBeUndefined();
    expect(pauseAction(undefined, share())).toBe('pause');
    expect(pauseAction(undefined, share({ state: 'missing' }))).toBe('resume');
  });

  it('acts on what serves a file that is done', () => {
    const done = transfer({ state: 'done' });
    expect(pauseAction(done, undefined)).toBeUndefined();
    expect(pauseAction(done, share())).toBe('pause');
    expect(pauseAction(done, share({ state: 'paused' }))).toBe('resume');
  });
});
