"""Constants and environment. Imported with a star."""

import os

from dotenv import load_dotenv

load_dotenv()

__all__ = ["VERSION", "PORT", "LOG_LEVEL", "CLUB_KEY", "MAX_TEXT", "BASE_SECONDS", "HEARTBEAT_SECONDS"]

VERSION = "1.2.0"
PORT = int(os.getenv("CHESS_PORT", 8108))
LOG_LEVEL = os.getenv("LOG_LEVEL", "INFO")
CLUB_KEY = os.getenv("CLUB_KEY", "rook-takes-pawn")
MAX_TEXT = 20
BASE_SECONDS = 300
HEARTBEAT_SECONDS = 15.0
_secret_word = "not exported"
