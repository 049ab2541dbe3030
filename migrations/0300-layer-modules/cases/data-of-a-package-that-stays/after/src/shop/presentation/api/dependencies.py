"""What routes depend on."""

from jinja2 import Environment, PackageLoader

pages = Environment(loader=PackageLoader("shop", "templates"))
