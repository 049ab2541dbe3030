from shop.application.conf.rates import read


def work() -> int:
    return len(read("src/shop/application/conf/rates.csv"))


if __name__ == "__main__":
    work()
