import shop.domain.kit.tools
from shop.infrastructure.kit import adapters
from shop.domain import stock


def answer():
    return f"kit.tools.LIMIT={shop.domain.kit.tools.LIMIT!r} kit.tools.load(2) = {adapters.load(2) :>4} kit.tools.names['a']={shop.domain.kit.tools.names['a']!s} {stock.FULL=}"


def plain():
    return f'kit.tools.names["a"]={shop.domain.kit.tools.names["a"]!r}'
