BASE_URL = "http://one"
