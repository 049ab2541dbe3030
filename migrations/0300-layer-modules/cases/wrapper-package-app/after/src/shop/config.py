settings = "shop"
