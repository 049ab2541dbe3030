"""The side from which work arrives. It calls use cases, nothing else."""
