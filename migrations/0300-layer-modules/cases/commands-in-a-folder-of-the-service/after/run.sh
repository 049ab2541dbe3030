#!/bin/sh
cd src
uvicorn shop.main:app --reload --port 10001
cd ..
python -m pytest
