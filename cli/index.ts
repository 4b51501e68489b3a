#!/usr/bin/env node
/** The command `rain`. Nothing here may need a newer Node than 20. */
import { keepCompiled } from './compile-cache.ts';
import { isTooOld, runUnderNewerNode } from './newer-node.ts';
import { beThrifty } from './thrift.ts';

// A channel is from a process of ours: an older Node that we run for, or a demo. We do not outlive it.
if (process.channel) {
  process.once('disconnect', () => process.exit(1));
  process.channel.unref();
}

const { napi = '0' } = process.versions;
if (isTooOld(napi)) {
  await runUnderNewerNode();
} else {
  keepCompiled();
  beThrifty();
  const { start } = await import('./start.ts');
  await start();
}
