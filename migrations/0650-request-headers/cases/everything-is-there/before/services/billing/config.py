metrics = None
settings = None
