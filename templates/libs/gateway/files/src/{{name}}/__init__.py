"""An API gateway for the services of the workspace.

Importing this package, or any module of it, has no side effect and connects to
nothing.
"""
