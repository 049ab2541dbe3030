#!/usr/bin/env bash
# Rebuild the lock file and look whether the app still imports.
set -e
cd "$(dirname "$0")/.."
uv pip compile pyproject.toml -o requirements.txt
python -c 'import main; print(main.app.title)'
