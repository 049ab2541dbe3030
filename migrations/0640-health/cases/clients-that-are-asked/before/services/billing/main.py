from fastapi import FastAPI

from store import cache as kept
from store import rows

app = FastAPI(title="Billing")
app.get("/rows")(rows)
app.get("/kept")(lambda: str(kept))
