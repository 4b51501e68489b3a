import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../core/failure.ts';
import { configurationChange, openingOptions } from '../../main/node/node-options.ts';
import { defaultSettings } from '../../main/settings/schema.ts';
import { nodeSnapshot, share, transfer } from '../node/snapshots.ts';
import { FakeNodes, OPTIONS, openEngine } from './fixtures.ts';

const TAKEN = new Failure('port-taken', 'UDP port 5 is taken.');
const IN_USE = new Failure('data-folder-in-use', 'in use', 'close the other');

describe('the engine', () => {
  test('opens once, however often it is asked to', async () => {
    const nodes = new FakeNodes();
    await Promise.all([nodes.engine.open(OPTIONS), nodes.engine.open(OPTIONS)]);
    await nodes.engine.open(OPTIONS);
    expect(nodes.opened).toEqual([OPTIONS]);
    expect(nodes.states).toEqual([{ state: 'open' }]);
  });

  test('lets commands wait until it is open', async () => {
    const nodes = new FakeNodes();
    const opening = nodes.engine.open(OPTIONS);
    const paused = nodes.engine.call('pause', 1);
    await opening;
    await paused;
    expect(nodes.calls).toEqual([{ command: 'pause', args: [1] }]);
  });

  test('says why it did not open, refuses commands with it, and opens when asked again', async () => {
    const nodes = new FakeNodes();
    nodes.refusals.push(IN_USE);
    await nodes.engine.open(OPTIONS);
    const problem = { code: 'data-folder-in-use', message: 'in use', hint: 'close the other' };
    expect(nodes.engine.state).toEqual({ state: 'failed', problem });
    await expect(nodes.engine.call('pause', 1)).rejects.toMatchObject(problem);
    await nodes.engine.open(OPTIONS);
    expect(nodes.states.map(({ state }) => state)).toEqual(['failed', 'opening', 'open']);
    await nodes.engine.call('pause', 1);
    expect(nodes.calls).toHaveLength(1);
  });

  test('is empty and failed when its thread dies, and opens again', async () => {
    const nodes = await openEngine({ shares: [share()] });
    nodes.host?.died({ code: 'interrupted', message: 'The engine stopped.', hint: '' });
    expect(nodes.engine.state).toMatchObject({ state: 'failed', problem: { code: 'interrupted' } });
    expect(nodes.engine.mirror.snapshot().shares).toEqual([]);
    await nodes.engine.open(OPTIONS);
    expect(nodes.engine.mirror.snapshot().shares).toHaveLength(1);
  });

  test('takes another port when the one it was given is taken as it opens, and tells of it', async () => {
    const nodes = new FakeNodes();
    nodes.refusals.push(TAKEN);
    await nodes.engine.open({ ...OPTIONS, port: 5 });
    expect(nodes.engine.state).toEqual({ state: 'open' });
    expect(nodes.opened).toEqual([{ ...OPTIONS, port: 5 }, OPTIONS]);
    expect(nodes.problems).toMatchObject([{ code: 'port-taken' }]);
  });

  test('takes another port when the one it was given is taken later, and repeats the command', async () => {
    const nodes = await openEngine({ port: 0 });
    let isTaken = true;
    nodes.answer = ({ command, args }) => {
      if (command === 'configure') isTaken = (args[0] as { port?: number }).port !== undefined;
      else if (isTaken) throw TAKEN;
      return share();
    };
    await nodes.engine.call('share', { paths: ['/a'], public: false });
    expect(nodes.calls.map(({ command }) => command)).toEqual(['share', 'configure', 'share']);
    expect(nodes.problems).toMatchObject([{ code: 'port-taken' }]);
  });

  test('leaves its port alone when it is another one that is taken', async () => {
    const nodes = await openEngine({ port: 1980 });
    nodes.answer = () => {
      throw TAKEN;
    };
    const config = { httpPort: 8080, classic: false };
    await expect(nodes.engine.call('runStore', config)).rejects.toBe(TAKEN);
    expect(nodes.calls).toHaveLength(1);
    expect(nodes.problems).toEqual([]);
  });

  test('leaves a person who asks for a taken port with the answer', async () => {
    const nodes = await openEngine();
    nodes.answer = () => {
      throw TAKEN;
    };
    await expect(nodes.engine.call('configure', { port: 5 })).rejects.toBe(TAKEN);
    expect(nodes.calls).toHaveLength(1);
    expect(nodes.problems).toEqual([]);
  });

  test('tells once of a transfer that is complete, and not of one that was when it opened', async () => {
    const nodes = await openEngine({
      transfers: [transfer({ key: 2 }), transfer({ key: 3, state: 'done' })],
    });
    const done = transfer({ key: 2, state: 'done' });
    nodes.host?.event({ type: 'transfer', transfer: transfer({ key: 2, state: 'finishing' }) });
    nodes.host?.event({ type: 'transfer', transfer: done });
    nodes.host?.event({ type: 'transfer', transfer: done });
    nodes.host?.event({ type: 'transfer', transfer: transfer({ key: 3, state: 'done', rate: 1 }) });
    expect(nodes.completed).toEqual([done]);
    expect(nodes.engine.mirror.snapshot()).toEqual(
      nodeSnapshot({ transfers: [done, transfer({ key: 3, state: 'done', rate: 1 })] }),
    );
  });
});

describe('what the node is told of the settings', () => {
  const settings = defaultSettings('/home/p/Downloads');

  test('as it opens, is what there is to tell', () => {
    expect(openingOptions(settings, '/data')).toEqual({
      dataDir: join('/data', 'node'),
      lan: true,
      takeUp: true,
    });
    expect(openingOptions({ ...settings, port: 5, downloadLimit: 9 }, '/data')).toMatchObject({
      port: 5,
      downloadLimit: 9,
    });
  });

  test('is nothing when nothing changes that it knows of', () => {
    expect(configurationChange(settings, { ...settings, theme: 'dark', seed: false })).toBeUndefined();
  });

  test('takes back a limit', () => {
    const change = configurationChange({ ...settings, uploadLimit: 9 }, settings);
    expect({ uploadLimit: 9, ...change }).toMatchObject({ uploadLimit: undefined, lan: true });
  });
});
