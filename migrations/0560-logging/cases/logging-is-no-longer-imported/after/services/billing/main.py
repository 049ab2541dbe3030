
from vertice_core.logging import configure_logging

configure_logging(service="billing", version="1.2.0", level="WARNING")
