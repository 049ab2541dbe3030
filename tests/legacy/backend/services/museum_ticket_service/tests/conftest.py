import os
import sys
from pathlib import Path

os.environ["TICKETS_DB"] = ":memory:"
os.environ.setdefault("ADMIN_TOKEN", "curator")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pytest

import main
import vouchers


@pytest.fixture(autouse=True)
def clean():
    main.close_connection()
    main.turnstile_log.clear()
    main.sales_counter.clear()
    main._weather_cache.clear()
    vouchers.used.clear()
    main.load_exhibitions()
    yield
    main.close_connection()
