#!/bin/sh
set -e
env PYTHONPATH=src python -m shop.application.worker &
env PYTHONPATH=src python3 -m shop.application.worker --once
exec env PYTHONPATH=src gunicorn shop.main:app -k uvicorn.workers.UvicornWorker
