from pathlib import Path

APP_DIR = Path(__file__).resolve().parents[3].joinpath("app")
