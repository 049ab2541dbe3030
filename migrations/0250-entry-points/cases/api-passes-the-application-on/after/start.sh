#!/bin/sh
exec python -m uvicorn main:app
