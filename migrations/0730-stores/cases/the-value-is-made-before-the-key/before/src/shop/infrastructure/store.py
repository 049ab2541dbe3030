"""Where jobs are."""

jobs: dict = {}
