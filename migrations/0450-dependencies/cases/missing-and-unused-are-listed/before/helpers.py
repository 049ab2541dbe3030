import structlog.types
