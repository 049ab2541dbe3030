import shop.domain.kit.tools
from shop.application.kit import use_cases
from shop.application import use_cases as application_use_cases


def answer():
    return use_cases.cut(4), application_use_cases.apply(5), shop.domain.kit.tools.WIDTH
