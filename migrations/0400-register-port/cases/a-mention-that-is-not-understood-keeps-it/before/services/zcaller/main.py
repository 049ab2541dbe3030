HOST = "shop"
