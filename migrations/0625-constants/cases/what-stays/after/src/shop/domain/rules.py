HOST = "db"
