#!/bin/sh
cd shelf/
uvicorn run:app --reload --port 10001
cd ..
python -m pytest
