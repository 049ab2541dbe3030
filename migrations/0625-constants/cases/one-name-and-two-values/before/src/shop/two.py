BASE_URL = "http://two"
