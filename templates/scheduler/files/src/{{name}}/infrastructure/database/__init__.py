"""The port of the records, on SQLAlchemy."""
