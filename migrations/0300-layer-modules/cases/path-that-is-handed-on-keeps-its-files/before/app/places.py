from pathlib import Path

APP_DIR = Path(__file__).resolve().parent
