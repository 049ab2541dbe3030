#!/bin/sh
set -e
python -m shop.domain.worker &
python3 -m shop.domain.worker --once
exec gunicorn shop.main:app -k uvicorn.workers.UvicornWorker
