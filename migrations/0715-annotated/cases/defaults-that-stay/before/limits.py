MOST = 9


def least():
    return 1
