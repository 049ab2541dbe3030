"""Started by `python -m app.worker`."""

import time


def work() -> None:
    while True:
        time.sleep(1)


if __name__ == "__main__":
    work()
