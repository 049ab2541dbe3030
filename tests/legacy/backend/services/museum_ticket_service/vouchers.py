"""Vouchers. Imports the desk back, inside a function."""
from decimal import Decimal

used = set()


def redeem(code: str) -> Decimal:
    from main import TicketError

    if not code.startswith("V-") or not code[2:].isdigit():
        raise TicketError("no such voucher", voucher=code)
    if code in used:
        raise TicketError("voucher was used", voucher=code)
    used.add(code)
    return Decimal(code[2:])
