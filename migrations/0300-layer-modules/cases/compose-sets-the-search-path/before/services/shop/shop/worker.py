from shop.conf.rates import read


def work() -> int:
    return len(read("shop/conf/rates.csv"))


if __name__ == "__main__":
    work()
