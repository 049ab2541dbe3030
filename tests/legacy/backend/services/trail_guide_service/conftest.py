"""At the root, because pytest wants its plug-ins there."""
pytest_plugins = ["tests.plugins.client"]
collect_ignore = ["setup.py"]
