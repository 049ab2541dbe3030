from shop.domain.services import samples, total

if __name__ == "__main__":
    print(total(samples()))
