"""What the shop answers."""

from shop.infrastructure import store


def number():
    print("number")
    return 1


def job():
    print("job")
    return "job"


def add():
    store.job_repository.save(value=job(), key=number())
    for key in range(2):
        store.job_repository.save(value=(key, job()), key=(key, "part"))


def count(name):
    store.job_repository.save(name, store.job_repository.find_or(name, 0) + 1)
    return store.job_repository.by_key()
