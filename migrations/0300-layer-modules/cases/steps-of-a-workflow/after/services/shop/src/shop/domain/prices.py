def price(count: int) -> int:
    return 3 * count


if __name__ == "__main__":
    print(price(1))
