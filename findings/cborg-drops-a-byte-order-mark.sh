#!/usr/bin/env bash
# Guess: a CBOR text is given back as it was encoded: its bytes are UTF-8, and U+FEFF is a character like any other.
# Package: cborg 6.1.5 (npm).
# Behaviour: a text that begins with U+FEFF loses it in decoding, without an error, for the text is read by a TextDecoder
#   that takes it for a byte order mark. Behind another character it is kept. What is decoded and encoded again is
#   other bytes: a hash over a re-encoded document no longer fits, and two names in one document can become one.
# Output seen:
#   64efbbbf61 -> "a" (1 character), encoded again 6161
#   6461efbbbf -> "a\ufeff" (2 characters), encoded again 6461efbbbf
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund cborg@6.1.5 >/dev/null
cat >try.mjs <<'JS'
import { decode, encode } from 'cborg';
const seen = ['64efbbbf61', '6461efbbbf'].map((hex) => {
  const text = decode(Buffer.from(hex, 'hex'));
  const shown = JSON.stringify(text).replace(/\ufeff/g, '\\ufeff');
  const again = Buffer.from(encode(text)).toString('hex');
  return `${hex} -> ${shown} (${text.length} character${text.length === 1 ? '' : 's'}), encoded again ${again}`;
});
console.log(seen.join('\n'));
const expected = [
  '64efbbbf61 -> "a" (1 character), encoded again 6161',
  '6461efbbbf -> "a\\ufeff" (2 characters), encoded again 6461efbbbf',
];
process.exit(seen.join('\n') === expected.join('\n') ? 0 : 1);
JS
node try.mjs
