/** The HTTP server of this folder, as a process. */
import { fileURLToPath } from 'node:url';
import { ServedProcess } from './served-process.ts';
import type { Command } from './tool.ts';

const PROGRAM = fileURLToPath(new URL('http-server.ts', import.meta.url));

export const HTTP_PORT = 8080;

/** `enter`: words that run a command where it is to be. Resolves when it can be asked. */
export function serveOverHttp(enter: Command, file: string, address: string): Promise<ServedProcess> {
  return ServedProcess.start([...enter, process.execPath, PROGRAM, file, address, String(HTTP_PORT)]);
}

export function urlAt(address: string): string {
  return `http://${address}:${HTTP_PORT}/`;
}
