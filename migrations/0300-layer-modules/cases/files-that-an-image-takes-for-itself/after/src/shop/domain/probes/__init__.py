"""The domain layer of probes."""
