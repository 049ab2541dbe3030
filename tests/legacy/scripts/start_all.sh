#!/usr/bin/env bash
# Without Docker. Stop with: kill $(jobs -p)
cd "$(dirname "$0")/.."
(cd backend/services/loan_desk_service && uvicorn main:app --port 8101) &
(cd backend/services/weather_station_service && uvicorn api:app --port 8102) &
(cd backend/services && PARCEL_PORT=8103 python -m parcel_tracking_service) &
(cd backend/services/ferry-booking && python main.py 8104) &
(cd backend/services/greenhouse_service && PORT=8105 python main.py) &
(cd backend/services/recipe_box_service && uvicorn app.main:app --port 8106) &
python -m backend.services.tariff_service.main &
PYTHONPATH=.:backend python backend/services/bike_rental_service/main.py &
wait
