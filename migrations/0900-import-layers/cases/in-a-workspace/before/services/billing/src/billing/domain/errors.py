from vertice_api.problems import NotFound
from vertice_core.exceptions import ServiceError

ERRORS = (NotFound, ServiceError)
