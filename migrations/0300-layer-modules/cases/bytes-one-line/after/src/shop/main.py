from shop.application import services; import sys; answer = lambda: services.total([])
