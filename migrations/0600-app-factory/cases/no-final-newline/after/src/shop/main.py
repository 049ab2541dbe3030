import fastapi

def index():
	return 1


def create_app() -> fastapi.FastAPI:
	"""Return the application with everything that belongs to it."""
	application = fastapi.FastAPI()

	application.get("/")(index)
	return application


application = create_app()