"""Infrastructure: databases, clients and messaging."""
