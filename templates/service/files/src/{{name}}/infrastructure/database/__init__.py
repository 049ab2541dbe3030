"""The repository on SQLite or PostgreSQL."""
