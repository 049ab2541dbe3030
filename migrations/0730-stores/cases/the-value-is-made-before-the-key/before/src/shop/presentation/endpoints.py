"""What the shop answers."""

from shop.infrastructure import store


def number():
    print("number")
    return 1


def job():
    print("job")
    return "job"


def add():
    store.jobs[number()] = job()
    for key in range(2):
        store.jobs[key, "part"] = key, job()


def count(name):
    store.jobs[name] = store.jobs.get(name, 0) + 1
    return store.jobs
