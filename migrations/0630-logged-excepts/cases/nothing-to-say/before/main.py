import traceback

try:
    import orjson
except Exception:
    orjson = None


def load(path):
    try:
        return open(path).read()
    except Exception as error:
        return str(error)


def store(path):
    try:
        open(path, "w").close()
    except Exception:
        traceback.print_exc()
    except BaseException:
        raise
