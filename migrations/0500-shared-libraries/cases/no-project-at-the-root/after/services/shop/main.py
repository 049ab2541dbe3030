print("no routes")
