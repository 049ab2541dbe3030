store = None
cached = None


def refresh():
    global cached
    cached = dict(store)
