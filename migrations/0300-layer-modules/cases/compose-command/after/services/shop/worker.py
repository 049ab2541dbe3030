from shop.application import services

if __name__ == "__main__":
    services.total([])
