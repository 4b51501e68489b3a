/** The licences of the packages that are part of a bundle, which have to go where the bundle goes. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What lies beside a bundle. */
export const LICENSES = 'LICENSES.txt';

const PACKAGE = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/;
const TEXTS = /^(licen[cs]e|copying|notice)/i;
/** For packages that forgot the text. */
const README = /^readme/i;
/** It has to be given along, and some packages only say where it is to be had; TypeScript has it whole. */
const APACHE = fileURLToPath(new URL('../node_modules/typescript/LICENSE.txt', import.meta.url));
const LINE = '-'.repeat(80);

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** The folders of the packages that these files are of, whichever of them are of one. */
export function packagesOf(files: Iterable<string>): Set<string> {
  return new Set([...files].flatMap((file) => PACKAGE.exec(file)?.[1] ?? []));
}

/** One text: name, version and licence of every package. Throws when a package does not say what its licence is. */
export function licensesOf(packages: Iterable<string>): string {
  const parts = [...packages].map((folder) => {
    const { name, version, license }: Manifest = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    );
    const own = textsIn(folder);
    const isCut = license === 'Apache-2.0' && !own.includes('TERMS AND CONDITIONS');
    const text = isCut ? `${own}\n\n${readFileSync(APACHE, 'utf8').trim()}` : own;
    if (license === undefined && text === '') throw new Error(`${name} does not say what its licence is.`);
    return `${name} ${version}: ${license ?? 'see below'}\n\n${text}`.trimEnd();
  });
  const unique = [...new Set(parts)].sort();
  return `Pouring Rain holds these packages, each under its own licence.\n\n${unique.join(`\n\n${LINE}\n\n`)}\n`;
}

function textsIn(folder: string): string {
  const names = readdirSync(folder);
  const texts = names.filter((name) => TEXTS.test(name)).sort();
  const found = texts.length > 0 ? texts : names.filter((name) => README.test(name));
  return found.map((name) => readFileSync(join(folder, name), 'utf8').trim()).join('\n\n');
}
