from fastapi import FastAPI


def index():
    return """
  as it is
"""


def create_app() -> FastAPI:
    """Return the application with everything that belongs to it."""
    app = FastAPI()  # one

    app.get("/")(index)

    app.add_api_route("/more", index, summary="""
two lines""")
    return app


app = create_app()
