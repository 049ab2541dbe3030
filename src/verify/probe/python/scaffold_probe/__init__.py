"""The behaviour probe: what a service answers, not how it is written."""
