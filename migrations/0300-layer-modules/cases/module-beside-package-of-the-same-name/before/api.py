NAME = "hidden module"
