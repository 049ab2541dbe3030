ROUTES = ["/items"]
