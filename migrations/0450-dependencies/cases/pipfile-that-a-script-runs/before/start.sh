#!/bin/sh
pipenv run uvicorn main:app
