import fastapi

application = fastapi.FastAPI()

@application.get("/")
def index():
	return 1