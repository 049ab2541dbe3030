import rates


def run():
    return rates.report(4)
