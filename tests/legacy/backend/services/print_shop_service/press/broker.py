"""The task queue. Celery in production, in-process everywhere else."""

try:
    from celery import Celery
except ImportError:
    from press.local_queue import LocalQueue as Celery

broker = Celery("press", include=["press.tasks", "billing"])
broker.conf.task_routes = {"press.tasks.*": {"queue": "slow"}, "billing.price": {"queue": "money"}}
broker.conf.task_default_queue = "quick"
