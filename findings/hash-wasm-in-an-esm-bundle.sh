#!/usr/bin/env bash
# Guess: a library imported by its name gives the same functions in a bundle as without one: `(await import('hash-wasm'))
#   .createBLAKE3` is a function in both.
# Packages: hash-wasm 4.13.0, bundled by esbuild 0.28.2 for Node (npm).
# Behaviour: run as it is, and in a bundle of one file, the names are there. Split into chunks for the platform `node`,
#   esbuild takes the package's `main`, a UMD file, and makes it a chunk that exports `default` alone: the named function
#   is undefined. It shows only when the line runs, which for a fallback may be never on the machine that builds it.
#   With the fields module,main the names are there.
# Output seen:
#   as it is: function
#   in one file: function
#   in chunks: undefined (default.createBLAKE3: function)
#   in chunks, module before main: function
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund hash-wasm@4.13.0 esbuild@0.28.2 >/dev/null
cat >try.mjs <<'JS'
const found = await import('hash-wasm');
const inDefault = found.createBLAKE3 === undefined ? ` (default.createBLAKE3: ${typeof found.default?.createBLAKE3})` : '';
console.log(`${typeof found.createBLAKE3}${inDefault}`);
JS
bundle() { npx esbuild try.mjs --bundle --platform=node --format=esm --out-extension:.js=.mjs --log-level=error "$@"; }
bundle --outdir=whole
bundle --splitting --outdir=split
bundle --splitting --main-fields=module,main --outdir=module
seen="as it is: $(node try.mjs)
in one file: $(node whole/try.mjs)
in chunks: $(node split/try.mjs)
in chunks, module before main: $(node module/try.mjs)"
echo "$seen"
[ "$seen" = "as it is: function
in one file: function
in chunks: undefined (default.createBLAKE3: function)
in chunks, module before main: function" ]
