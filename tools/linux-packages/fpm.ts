#!/usr/bin/env node
/**
 * What electron-builder asks of fpm (https://fpm.readthedocs.io), which it would fetch from GitHub, done by the tools of
 * Debian: `CUSTOM_FPM_PATH` leads here, for the tests of the packages and for who packs where GitHub is out of reach.
 * Only what electron-builder says is understood, and anything else is refused.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const text = { type: 'string', default: '' } as const;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    force: { type: 'boolean' },
    'source-type': { ...text, short: 's' },
    type: { ...text, short: 't' },
    depends: { type: 'string', short: 'd', multiple: true, default: [] },
    'deb-recommends': { type: 'string', multiple: true, default: [] },
    'deb-compression': text,
    'deb-priority': text,
    directories: { type: 'string', multiple: true, default: [] },
    'rpm-os': text,
    'rpm-compression': text,
    'rpm-summary': text,
    architecture: text,
    'after-install': text,
    'after-remove': text,
    description: text,
    version: text,
    package: text,
    name: text,
    maintainer: text,
    vendor: text,
    url: text,
    license: text,
  },
});

/** dpkg-deb's names for fpm's. */
const COMPRESSIONS: Readonly<Record<string, string>> = { gz: 'gzip', xz: 'xz', none: 'none' };

const work = mkdtempSync(join(tmpdir(), 'fpm-'));
try {
  const tree = join(work, 'tree');
  for (const mapping of positionals) place(mapping, tree);
  if (values.type === 'deb') makeDeb(tree);
  else if (values.type === 'rpm') makeRpm(tree);
  else throw new Error(`deb or rpm, not ${values.type}`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** `FILE=/where`, or `FOLDER/=/where` for all that is in it. */
function place(mapping: string, tree: string): void {
  const [from, to] = mapping.split('=');
  const into = join(tree, to);
  mkdirSync(dirname(into), { recursive: true });
  cpSync(from, into, { recursive: true, verbatimSymlinks: true });
}

function makeDeb(tree: string): void {
  const control = {
    Package: values.name,
    Version: values.version,
    Architecture: values.architecture,
    Maintainer: values.maintainer,
    Depends: values.depends.join(', '),
    Recommends: values['deb-recommends'].join(', '),
    Section: 'default',
    Priority: values['deb-priority'],
    Homepage: values.url,
    Description: values.description.trim().replace(/\n\s*/g, '\n '),
  };
  const debian = join(tree, 'DEBIAN');
  mkdirSync(debian);
  writeFileSync(join(debian, 'control'), `${fields(control)}\n`);
  writeFileSync(join(debian, 'postinst'), readFileSync(values['after-install']), { mode: 0o755 });
  writeFileSync(join(debian, 'postrm'), readFileSync(values['after-remove']), { mode: 0o755 });
  const packing = ['--root-owner-group', `-Z${COMPRESSIONS[values['deb-compression']]}`, '--build'];
  execFileSync('dpkg-deb', [...packing, tree, values.package], { stdio: 'inherit' });
}

function makeRpm(tree: string): void {
  const head = {
    Name: values.name,
    Version: values.version,
    Release: '1',
    Summary: values['rpm-summary'],
    License: values.license,
    Vendor: values.vendor,
    URL: values.url,
    Packager: values.maintainer,
    AutoReqProv: 'no',
    Requires: values.depends.join(', '),
  };
  const list = (...what: readonly string[]): string =>
    execFileSync('find', what, { cwd: tree, encoding: 'utf8' }).replaceAll('"./', '"/');
  const folders = values.directories.map((each) => list(`.${each}`, '-type', 'd', '-printf', '%%dir "%p"\n'));
  const spec = join(work, 'package.spec');
  writeFileSync(
    spec,
    `${fields(head)}
%global __os_install_post %{nil}
%global debug_package %{nil}
%global _build_id_links none
%description
${values.description}
%install
cp -a ${tree}/. %{buildroot}
%post -p /bin/bash
${readFileSync(values['after-install'], 'utf8')}
%postun -p /bin/bash
${readFileSync(values['after-remove'], 'utf8')}
%files
%defattr(-,root,root)
${folders.join('')}${list('.', '!', '-type', 'd', '-printf', '"%p"\n')}`,
  );
  const defines = { _topdir: join(work, 'rpm'), _rpmdir: join(work, 'made'), _binary_payload: 'w1.gzdio' };
  const args = Object.entries(defines).flatMap(([name, value]) => ['--define', `${name} ${value}`]);
  execFileSync('rpmbuild', ['-bb', '--quiet', '--target', `${values.architecture}-linux`, ...args, spec], {
    stdio: 'inherit',
  });
  const made = join(
    work,
    'made',
    values.architecture,
    `${values.name}-${values.version}-1.${values.architecture}.rpm`,
  );
  cpSync(made, values.package);
}

/** Those that hold something, a line each. */
function fields(all: Readonly<Record<string, string>>): string {
  const held = Object.entries(all).filter(([, value]) => value !== '');
  return held.map(([name, value]) => `${name}: ${value}`).join('\n');
}
