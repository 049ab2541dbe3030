"""Where jobs are."""

from shop.domain.repositories import JobRepository
from shop.infrastructure.memory import InMemoryJobRepository

jobs: dict = {}
job_repository: JobRepository = InMemoryJobRepository(jobs)
