"""What is served."""

ROUTES = ["/items"]
