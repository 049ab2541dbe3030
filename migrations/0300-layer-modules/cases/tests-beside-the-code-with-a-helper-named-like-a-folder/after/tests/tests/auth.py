PASSWORD = "not a real one"
