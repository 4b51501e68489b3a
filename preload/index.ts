/** The bridge: one typed object on `window`, made from the contract. Runs sandboxed, in a context of its own. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { NEWS, type NewsName, type RainBridge, REQUESTS } from './contract.ts';

const requests = Object.fromEntries(
  REQUESTS.map((name) => [name, (argument: unknown) => ipcRenderer.invoke(name, argument)]),
);

const bridge = {
  ...requests,
  shareDropped: (files: readonly File[], options: { readonly public: boolean }) =>
    ipcRenderer.invoke('shareDropped', { paths: files.map(webUtils.getPathForFile), public: options.public }),
  putDropped: (files: readonly File[]) =>
    ipcRenderer.invoke('putDropped', { paths: files.map(webUtils.getPathForFile) }),
  on: (name: NewsName, listener: (news: unknown) => void) => {
    if (!NEWS.includes(name)) throw new TypeError(`No such news: ${name}`);
    const heard = (_event: unknown, news: unknown): void => listener(news);
    ipcRenderer.on(name, heard);
    return () => {
      ipcRenderer.off(name, heard);
    };
  },
};

contextBridge.exposeInMainWorld('rain', bridge as unknown as RainBridge);
