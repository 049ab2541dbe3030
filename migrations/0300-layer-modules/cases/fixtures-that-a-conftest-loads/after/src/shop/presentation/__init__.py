"""Presentation: routes, schemas and middleware."""
