#!/usr/bin/env bash
# Builds the commit that is checked out twice, in two places, and compares the distributions byte by byte: reproducible.sh [MAVEN OPTION...]
set -euo pipefail
root=$(git -C "$(dirname "$0")" rev-parse --show-toplevel)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
for place in one another/place; do
  git clone -q "$root" "$work/$place"
  (cd "$work/$place" && mvn -q -B -ntp package -pl runtime -am -DskipTests "$@")
  (cd "$work/$place/runtime/target/stroma" && find . -type f | sort | xargs -d '\n' sha256sum) > "$work/${place%%/*}.sums"
done
if diff "$work/one.sums" "$work/another.sums"; then
  echo "the same: $(wc -l < "$work/one.sums") files"
else
  echo "the files above differ between two builds of one commit" >&2; exit 1
fi
