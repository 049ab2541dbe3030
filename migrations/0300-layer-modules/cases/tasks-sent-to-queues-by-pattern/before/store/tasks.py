from celery import Celery

celery = Celery("store", broker="redis://broker")
celery.conf.task_routes = {"store.tasks.*": {"queue": "store"}, "other.*": {"queue": "other"}}


@celery.task
def pack(order: str) -> str:
    return order
