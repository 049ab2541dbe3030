import shop.infrastructure.kit.tools
from shop.domain.kit import models
from shop.domain import models as domain_models


def answer():
    return f"kit.tools.LIMIT={models.LIMIT!r} kit.tools.load(2) = {shop.infrastructure.kit.tools.load(2) :>4} kit.tools.names['a']={models.names['a']!s} stock.FULL={domain_models.FULL!r}"


def plain():
    return f'kit.tools.names["a"]={models.names["a"]!r}'
