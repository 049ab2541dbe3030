from shop.presentation import dependencies


def run():
    return dependencies.report(4)
