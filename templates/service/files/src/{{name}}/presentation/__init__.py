"""The HTTP side: routes, schemas and middleware. It calls use cases, nothing else."""
