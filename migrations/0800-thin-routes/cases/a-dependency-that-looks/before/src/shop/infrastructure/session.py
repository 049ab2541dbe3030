from contextlib import contextmanager


@contextmanager
def session():
    try:
        yield
    except Exception as error:
        print(error)
        raise
