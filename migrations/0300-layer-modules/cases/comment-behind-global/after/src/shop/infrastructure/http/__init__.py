"""Other services, reached over HTTP."""
