from fastapi import FastAPI

app = FastAPI()  # one


@app.get("/")
def index():
    return """
  as it is
"""


app.add_api_route("/more", index, summary="""
two lines""")
