import sys
from pathlib import Path

import pytest

# the services folder, so that the package has its full name
sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))


@pytest.fixture(autouse=True)
def clean_store():
    from parcel_tracking_service.storage import forget_store, get_store

    forget_store()
    yield get_store()
    forget_store()
