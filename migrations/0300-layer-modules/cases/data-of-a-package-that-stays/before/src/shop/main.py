from fastapi import FastAPI
from jinja2 import Environment, PackageLoader

from shop.feeds import latest

pages = Environment(loader=PackageLoader("shop", "templates"))
app = FastAPI()


@app.get("/")
def index() -> str:
    return pages.get_template("index.html").render(latest=latest())
