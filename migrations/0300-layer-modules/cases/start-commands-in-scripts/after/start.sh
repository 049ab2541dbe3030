#!/bin/sh
set -e
python -m shop.application.worker &
python3 -m shop.application.worker --once
exec gunicorn shop.main:app -k uvicorn.workers.UvicornWorker
