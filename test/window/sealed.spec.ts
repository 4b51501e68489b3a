import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RainBridge } from '../../preload/contract.ts';
import { expect, test } from './harness/test.ts';

test('the page has the bridge and nothing of Node, and can ask for nothing', async ({ openApp }) => {
  const app = await openApp();
  const { page } = await app.window();
  const names = ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer'];
  expect(await page.evaluate((all) => all.filter((name) => name in globalThis), names)).toEqual([]);
  const asked = await page.evaluate(async () => {
    const outcome = (wish: Promise<unknown>): Promise<string> => wish.then(String, () => 'refused');
    return {
      location: (await navigator.permissions.query({ name: 'geolocation' })).state,
      notifications: await outcome(Notification.requestPermission()),
      camera: await outcome(navigator.mediaDevices.getUserMedia({ video: true })),
      clipboard: await outcome(navigator.clipboard.readText()),
    };
  });
  expect(asked).toEqual({
    location: 'denied',
    notifications: 'denied',
    camera: 'refused',
    clipboard: 'refused',
  });
});

test('nothing from elsewhere is run, loaded, opened or gone to', async ({ openApp }) => {
  const requests: string[] = [];
  const elsewhere = createServer(({ url }, response) => {
    requests.push(String(url));
    response.setHeader('access-control-allow-origin', '*');
    response.end('here');
  }).listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  try {
    const url = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
    const app = await openApp();
    const { page } = await app.window();
    const home = page.url();

    const outcome = await page.evaluate(async (from) => {
      // No wait but the end of this task: what a debugger evaluates stands above the policy, and what the page does
      // in a task of its own does not.
      await new Promise((resolve) => setTimeout(resolve));
      const loaded = (tag: 'img' | 'script' | 'iframe'): Promise<string> =>
        new Promise((resolve) => {
          const element = document.createElement(tag);
          element.onload = () => resolve('loaded');
          element.onerror = () => resolve('refused');
          document.addEventListener('securitypolicyviolation', () => resolve('refused'), { once: true });
          element.src = `${from}/${tag}`;
          document.body.append(element);
        });
      const run = (): string => {
        try {
          return String(new Function('return "ran"')());
        } catch {
          return 'refused';
        }
      };
      return {
        eval: run(),
        fetch: await fetch(`${from}/fetch`).then(
          () => 'came',
          () => 'refused',
        ),
        image: await loaded('img'),
        script: await loaded('script'),
        frame: await loaded('iframe'),
        outside: (await fetch('app://rain/..%2f..%2fpackage.json')).status,
        otherHost: await fetch('app://other/index.html').then(
          ({ status }) => String(status),
          () => 'refused',
        ),
      };
    }, url);
    expect(outcome).toEqual({
      eval: 'refused',
      fetch: 'refused',
      image: 'refused',
      script: 'refused',
      frame: 'refused',
      outside: 404,
      otherHost: 'refused',
    });

    expect(await page.evaluate((from) => window.open(`${from}/window`) === null, url)).toBe(true);
    // Playwright waits for a navigation that does not come: the window itself is asked.
    const gone = await app.electron.evaluate(async ({ BrowserWindow }, to) => {
      const { webContents } = BrowserWindow.getAllWindows()[0];
      const refused = new Promise<boolean>((resolve) => {
        webContents.once('will-navigate', ({ defaultPrevented }) => resolve(defaultPrevented));
      });
      await webContents.executeJavaScript(`location.href = ${JSON.stringify(to)}; 0`);
      return {
        refused: await refused,
        url: webContents.getURL(),
        windows: BrowserWindow.getAllWindows().length,
      };
    }, `${url}/page`);
    expect(gone).toEqual({ refused: true, url: home, windows: 1 });
    expect(requests).toEqual([]);
  } finally {
    elsewhere.close();
  }
});

test('the bridge takes no path, nothing malformed, and no other page', async ({ openApp }) => {
  const app = await openApp();
  const window = await app.window();
  const { page } = window;
  await window.ready();

  const made = await page.evaluate(() =>
    rain.shareDropped([new File(['x'], '/etc/passwd')], { public: true }),
  );
  expect(made).toMatchObject({ ok: false, problem: { code: 'no-such-path' } });
  const pretended = await page.evaluate(async () => {
    try {
      const file = { path: '/etc/passwd', name: '/etc/passwd' } as unknown as File;
      return (await rain.shareDropped([file], { public: true })).ok;
    } catch {
      return false;
    }
  });
  expect(pretended).toBe(false);
  expect((await window.state()).node.shares).toEqual([]);

  const malformed = await page.evaluate(async () => {
    const ask = rain as unknown as Record<keyof RainBridge, (argument?: unknown) => Promise<unknown>>;
    return Promise.all([
      ask.pause({ key: '1' }),
      ask.pause({ key: 1, and: 2 }),
      ask.remove({ key: 1 }),
      ask.readLinks(),
      ask.readLinks({ text: 'x'.repeat(2 ** 21) }),
      ask.fetch({ link: 'rain:0123456789abcdef', into: '/etc' }),
      ask.chooseShare({ what: '/etc/passwd', public: true }),
      ask.changeSettings({ downloadFolder: '/etc' }),
      ask.changeSettings({ port: 0 }),
      ask.state({}),
    ]);
  });
  for (const answer of malformed) expect(answer).toMatchObject({ ok: false, problem: { code: 'usage' } });
  const overwritten = await page.evaluate(() => {
    const before = rain.state;
    try {
      Object.assign(rain, { state: () => 'mine' });
    } catch {}
    return rain.state !== before;
  });
  expect(overwritten).toBe(false);

  // The same page with the same preload, in a window that is not the app's.
  const other = await app.electron.evaluate(async ({ BrowserWindow }, url) => {
    const stranger = new BrowserWindow({
      show: false,
      webPreferences: { preload: `${process.cwd()}/out/preload/index.cjs`, sandbox: true },
    });
    await stranger.loadURL(url);
    const answer = await stranger.webContents.executeJavaScript('window.rain.state()');
    stranger.destroy();
    return answer;
  }, page.url());
  expect(other).toMatchObject({ ok: false, problem: { code: 'usage' } });
});
