/** Every parser that takes what a stranger, or a stranger's program, wrote. */
import type { Target } from './target.ts';
import { classic } from './targets/classic.ts';
import { config } from './targets/config.ts';
import { http } from './targets/http.ts';
import { ipc } from './targets/ipc.ts';
import { link } from './targets/link.ts';
import { manifest } from './targets/manifest.ts';
import { member } from './targets/member.ts';
import { wire } from './targets/wire.ts';

export const targets: readonly Target[] = [wire, classic, member, link, manifest, config, http, ipc];
