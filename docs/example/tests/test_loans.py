from datetime import date
from unittest.mock import patch

import main
from fastapi.testclient import TestClient


def test_a_loan_is_never_due_on_a_sunday():
    assert main.due_date(date(2024, 1, 7)) == date(2024, 2, 5)


def test_a_book_is_lent_once():
    with patch("main.Members.is_known", return_value=True), patch.dict("main.loans_db", clear=True):
        client = TestClient(main.app)
        order = {"book": "Emma", "member": "7"}
        assert client.post("/loans", json=order).status_code == 200
        assert client.post("/loans", json=order).status_code == 409
