"""Settings of stock."""
