from collections import defaultdict, deque
from typing import Deque, Dict, Optional

from models import Reservation


class ReservationQueue:
    """First come, first served, per ISBN."""

    def __init__(self) -> None:
        self._waiting: Dict[str, Deque[Reservation]] = defaultdict(deque)

    def push(self, reservation: Reservation) -> int:
        self._waiting[reservation.isbn].append(reservation)
        return len(self._waiting[reservation.isbn])

    def pop_next(self, isbn: str) -> Optional[str]:
        if not self._waiting[isbn]:
            return None
        return self._waiting[isbn].popleft().member_id

    def clear(self) -> None:
        self._waiting.clear()
