from fastapi import FastAPI

app = FastAPI()


@app.get("/report")
def report() -> dict[str, str]:
    try:
        return {"report": open("report.txt").read()}
    except Exception:
        return {"error": "no report"}
