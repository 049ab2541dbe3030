users = ["a"]
