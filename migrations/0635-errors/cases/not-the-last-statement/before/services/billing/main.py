from fastapi import FastAPI
from vertice_api.problems import install_problem_details

app = FastAPI()
install_problem_details(app)


@app.get("/report")
def report(quiet: bool = False) -> dict[str, str]:
    try:
        return {"report": open("report.txt").read()}
    except Exception:
        if quiet:
            return {"error": "no report"}
        raise
