#!/usr/bin/env bash
# `scaffold new` beside cookiecutter, copier and cargo-generate, in one run.
#
# The peers get the same files: the service that scaffold makes, with its name and port turned
# into variables of their template language. Peers go into the build folder's tools. Rounds are
# interleaved; the table shows medians and ratios. Usage: benches/new.sh [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=${1:-15}
mkdir -p "${CARGO_TARGET_DIR:-target}"
build=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)
scaffold=${SCAFFOLD:-$build/release/scaffold}
peers=$build/tools/peers
[ -x "$scaffold" ] || CARGO_TARGET_DIR=$build cargo build --release

if [ ! -x "$peers/bin/copier" ]; then
    python3 -m venv "$peers"
    "$peers/bin/pip" install --quiet cookiecutter copier
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$scaffold" new osint_service --root "$work/demo" --yes --quiet >"$work/log"

PEERS=$peers SCAFFOLD=$scaffold WORK=$work python3 benches/new.py "$rounds"
