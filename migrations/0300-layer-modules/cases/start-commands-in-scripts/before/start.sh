#!/bin/sh
set -e
python -m worker &
python3 worker.py --once
exec gunicorn main:app -k uvicorn.workers.UvicornWorker
