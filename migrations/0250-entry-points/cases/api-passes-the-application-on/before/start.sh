#!/bin/sh
exec python -m uvicorn api:app
