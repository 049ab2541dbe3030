import os

UPSTREAMS = {
    "loans": os.getenv("LOANS_URL", "http://loan_desk_service:80"),
    "parcels": os.getenv("PARCELS_URL", "http://parcel_tracking_service:8103"),
    "weather": os.getenv("WEATHER_URL", "http://weather_station_service:8012"),
    "bakery": os.getenv("BAKERY_URL", "http://localhost:8116"),
}


def resolve(name, path):
    return UPSTREAMS[name].rstrip("/") + "/" + path.lstrip("/")
