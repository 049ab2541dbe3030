"""FastAPI building blocks."""
