"""Who is here. One lobby per process, replaced by tests through `replace`."""

from typing import Dict, Optional

from loguru import logger

from ws import safe_send


class Lobby:
    def __init__(self):
        self.players: Dict[str, object] = {}

    def join(self, player, socket):
        self.players[player] = socket

    def leave(self, player):
        self.players.pop(player, None)


_current: Optional[Lobby] = None


def current() -> Lobby:
    global _current
    if _current is None:
        _current = Lobby()
    return _current


def replace(new):
    global _current
    _current = new


def count() -> int:
    return len(current().players)


async def broadcast(message):
    for player, socket in list(current().players.items()):
        if not await safe_send(socket, message):
            logger.warning("{} is gone", player)
            current().leave(player)
