"""Domain: models, rules and ports, free of frameworks."""
