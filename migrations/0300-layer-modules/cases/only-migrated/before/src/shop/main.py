from shop.domain.rules import RATE
