"""Tests that look into several services. Run at the top: python -m pytest backend/tests"""
import importlib
import os
import re
import sys
from pathlib import Path
from unittest.mock import patch

BACKEND = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BACKEND))

import pytest

from backend.services.tariff_service import rates
from backend.services.tariff_service.errors import UnknownRate
from backend.shared.pricing_rules import cheapest


def test_shared_code_uses_the_rates():
    assert cheapest(10) == "bike"
    with patch("backend.services.tariff_service.rates.rush_factor", return_value=1.0):
        assert str(rates.price_for("bike", 10)) == "1.50 CRO"


def test_shared_code_looks_the_price_up():
    with patch("backend.shared.pricing_rules.price_for", side_effect=UnknownRate("x")):
        with pytest.raises(UnknownRate):
            cheapest(1)


def test_a_service_can_be_imported_through_its_full_name():
    models = importlib.import_module("services.parcel_tracking_service.models")
    assert models.ParcelStatus("lost").name == "LOST"


def test_fines_are_imported_from_the_folder_of_the_service():
    sys.path.insert(0, os.path.join(BACKEND, "services", "loan_desk_service"))
    try:
        import fines

        assert fines.round_fine(0.77) == 0.75
    finally:
        sys.path.pop(0)


@pytest.mark.parametrize("service", ["loan_desk_service", "tide_table_service", "bakery_orders_service"])
def test_each_image_starts_what_is_there(service):
    folder = BACKEND / "services" / service
    started = re.search(r"CMD .*?(\w+)(?:\.py|:app)", (folder / "Dockerfile").read_text()).group(1)
    assert (folder / f"{started}.py").exists()
