import shop.application.kit.tools
from shop.domain.kit import models
from shop.application import rules


def answer():
    return shop.application.kit.tools.cut(4), rules.apply(5), models.WIDTH
