"""Jobs are pickled every evening (data/archive.pkl), so mind the names here."""

from dataclasses import dataclass, field
from enum import Enum


class JobState(Enum):
    QUEUED = 1
    PRINTED = 2


@dataclass
class PrintJob:
    number: int
    text: str
    paper: str = "matte"
    copies: int = 1
    pages: int = 0
    cost: float = 0.0
    state: JobState = JobState.QUEUED
    tags: list = field(default_factory=list)
