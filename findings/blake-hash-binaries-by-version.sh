#!/usr/bin/env bash
# Guess: a patch release of a native binding runs wherever the one before it ran: its optional dependencies name the same
#   platforms, so `^1.3.4` is as good on a Mac as on Linux.
# Package: @napi-rs/blake-hash 1.3.4 and 1.3.6 (npm).
# Behaviour: 1.3.6 names its packages for Windows, macOS and arm64, but in the registry those end at 1.3.4; of 1.3.6 there
#   are only the ones for linux-x64. npm takes an optional dependency that is not there for one of another platform and
#   says nothing, so that a caret installs a binding without a binary, and the first import throws.
# Output seen:
#   1.3.4 win32-x64: 1
#   1.3.4 darwin-arm64: 1
#   1.3.4 linux-arm64: 1
#   1.3.4 linux-x64: 1
#   1.3.6 win32-x64: 0
#   1.3.6 darwin-arm64: 0
#   1.3.6 linux-arm64: 0
#   1.3.6 linux-x64: 1
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
seen=""
for version in 1.3.4 1.3.6; do
  for platform in win32-x64 darwin-arm64 linux-arm64 linux-x64; do
    mkdir -p "$folder/$version-$platform"
    cd "$folder/$version-$platform"
    npm init -y >/dev/null
    npm install --silent --no-audit --no-fund --force --os="${platform%-*}" --cpu="${platform#*-}" --libc=glibc \
      "@napi-rs/blake-hash@$version" >/dev/null
    count=$(find node_modules -name '*.node' | wc -l)
    echo "$version $platform: $count"
    seen="$seen$count"
  done
done
[ "$seen" = 11110001 ]
