#!/usr/bin/env bash
# `scaffold audit` beside ruff, jscpd, pylint's duplicate check and import-linter's graph, in one run.
#
# Everybody reads the same tree: a copy of BACKEND. Peers go into the build folder's tools. Rounds are
# interleaved; the table shows medians of wall and processor time, and the peak memory. Growth is
# measured on 1, 4 and 16 copies. A peer that takes longer than LIMIT seconds is stopped and named.
# Usage: benches/audit.sh BACKEND [ROUNDS] [LIMIT]
set -euo pipefail
backend=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."

mkdir -p "${CARGO_TARGET_DIR:-target}"
build=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)
scaffold=${SCAFFOLD:-$build/release/scaffold}
peers=$build/tools/audit-peers
[ -x "$scaffold" ] || CARGO_TARGET_DIR=$build cargo build --release

if [ ! -x "$peers/bin/ruff" ]; then
    python3 -m venv "$peers"
    "$peers/bin/pip" install --quiet ruff pylint grimp
fi
if [ ! -x "$peers/node_modules/.bin/jscpd" ] && command -v npm >/dev/null; then
    npm install --silent --prefix "$peers" jscpd@4 >/dev/null || echo "jscpd cannot be installed: left out"
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -a "$backend" "$work/one"

PEERS=$peers SCAFFOLD=$scaffold WORK=$work python3 benches/audit.py "${2:-5}" "${3:-600}"
