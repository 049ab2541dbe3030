#!/usr/bin/env bash
# One module moves to another folder, by scaffold, rope, LibCST and ast-grep, in one run.
#
# Everybody gets a copy of SERVICE. FROM and TO are paths of the module below it; a package is made for TO
# where there is none, before anybody starts. Peers go into the build folder's tools. Rounds are
# interleaved; the table shows medians of wall and processor time, and what an independent look at the
# imports, strings and lines of the result finds. With PYTHON, an interpreter that has what the service
# needs, pytest collects the tests that name the module before and after, which imports them.
# Usage: benches/move.sh SERVICE FROM TO [ROUNDS] [PYTHON]
set -euo pipefail
service=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."

mkdir -p "${CARGO_TARGET_DIR:-target}"
build=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)
scaffold=${SCAFFOLD:-$build/release/scaffold}
peers=$build/tools/move-peers
[ -x "$scaffold" ] || CARGO_TARGET_DIR=$build cargo build --release

if [ ! -x "$peers/bin/ast-grep" ]; then
    python3 -m venv "$peers"
    "$peers/bin/pip" install --quiet rope libcst ast-grep-cli
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

PEERS=$peers SCAFFOLD=$scaffold WORK=$work python3 benches/move.py "$service" "$2" "$3" "${4:-3}" "${5:-}"
