class Engine:
    state = 1
