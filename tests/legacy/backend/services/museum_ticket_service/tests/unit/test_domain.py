"""The logic that sits in main.py, without HTTP."""
from datetime import date, datetime
from decimal import Decimal
from unittest.mock import MagicMock, patch

import pytest

import main
from main import (
    Closed,
    Exhibition,
    Kind,
    NotFound,
    PricePolicy,
    RainyDayPolicy,
    SoldOut,
    StandardPolicy,
    Ticket,
    TicketError,
    choose_policy,
    money,
    pass_turnstile,
    refund,
    sell,
)

SUNDAY = date(2024, 6, 2)
MONDAY = date(2024, 6, 3)


def test_money_rounds_half_up():
    assert money(Decimal("0.125")) == Decimal("0.13")


@pytest.mark.parametrize(
    "policy, kind, price",
    [
        (StandardPolicy, Kind.ADULT, "12.50"),
        (StandardPolicy, Kind.CHILD, "6.25"),
        (RainyDayPolicy, Kind.ADULT, "11.25"),
        (RainyDayPolicy, Kind.FRIEND, "0.00"),
    ],
)
def test_prices(policy, kind, price):
    assert str(policy().price(main.find_exhibition("dinosaurs"), kind, SUNDAY)) == price


def test_choice_of_policy():
    assert type(choose_policy(True)) is RainyDayPolicy
    assert issubclass(type(choose_policy(False)), PricePolicy)


def test_closed_on_mondays():
    with pytest.raises(Closed) as caught:
        sell("dinosaurs", MONDAY, [Kind.ADULT], StandardPolicy())
    assert caught.value.details == {"next": "2024-06-04"}


def test_capacity():
    sell("dinosaurs", SUNDAY, [Kind.ADULT] * 3, StandardPolicy())
    with pytest.raises(SoldOut) as caught:
        sell("dinosaurs", SUNDAY, [Kind.ADULT] * 2, StandardPolicy())
    assert caught.value.details == {"left": 1}
    assert main.sales_counter == {"dinosaurs": 3}


def test_is_open_is_looked_up_in_main():
    with patch("main.is_open", return_value=False):
        assert not Exhibition("x", "X", Decimal(1)).opens_on(SUNDAY)
    with patch("calendar_rules.is_open", return_value=False):
        assert Exhibition("x", "X", Decimal(1)).opens_on(SUNDAY)


def test_repository_is_looked_up_by_four_functions():
    fake = MagicMock()
    fake.get.return_value = Ticket("x", SUNDAY, Kind.ADULT, Decimal(4), id="t", used_at=None)
    fake.sold.return_value = 0
    with patch("main.repository", fake):
        assert refund("t", today=lambda: SUNDAY) == Decimal("2.00")
        assert pass_turnstile("t", SUNDAY) is fake.get.return_value
        sell("clocks", SUNDAY, [Kind.ADULT], StandardPolicy())
    fake.remove.assert_called_once_with("t")
    fake.add.assert_called_once()


def test_clock_of_the_turnstile():
    (ticket,) = sell("clocks", SUNDAY, [Kind.ADULT], StandardPolicy())
    with patch("main.datetime") as clock:
        clock.now.return_value = datetime(2024, 6, 2, 10)
        clock.fromisoformat = datetime.fromisoformat
        assert pass_turnstile(ticket.id, SUNDAY).used_at == datetime(2024, 6, 2, 10)
    with pytest.raises(TicketError, match="already used"):
        pass_turnstile(ticket.id, SUNDAY)
    with pytest.raises(TicketError, match="not refunded"):
        refund(ticket.id)


def test_wrong_day():
    (ticket,) = sell("clocks", SUNDAY, [Kind.ADULT], StandardPolicy())
    with pytest.raises(TicketError, match="wrong day"):
        pass_turnstile(ticket.id, MONDAY)


def test_today_is_bound_at_definition():
    (ticket,) = sell("clocks", SUNDAY, [Kind.ADULT], StandardPolicy())
    with patch("main.date") as fake:
        fake.today.side_effect = AssertionError("not this one")
        fake.fromisoformat = date.fromisoformat
        assert refund(ticket.id) == Decimal("4.00")


def test_voucher_raises_the_error_of_main():
    with pytest.raises(TicketError, match="no such voucher"):
        sell("clocks", SUNDAY, [Kind.ADULT], StandardPolicy(), voucher="X")
    (ticket,) = sell("clocks", SUNDAY, [Kind.ADULT], StandardPolicy(), voucher="V-3")
    assert ticket.price == Decimal("5.00")
    with pytest.raises(main.TicketError, match="was used"):
        sell("clocks", SUNDAY, [Kind.ADULT], StandardPolicy(), voucher="V-3")


def test_connection_is_rebound():
    first = main.connection()
    assert main.connection() is first is main._connection
    main.close_connection()
    assert main._connection is None


def test_failed_transaction_rolls_back():
    (ticket,) = sell("clocks", SUNDAY, [Kind.ADULT], StandardPolicy())
    with pytest.raises(ZeroDivisionError), main.transaction() as db:
        db.execute("delete from tickets")
        1 / 0
    assert main.repository.get(ticket.id).id == ticket.id


def test_unknown():
    with pytest.raises(NotFound):
        main.repository.get("none")
