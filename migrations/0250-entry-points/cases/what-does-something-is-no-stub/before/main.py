from api import app

app.title = "mine"
