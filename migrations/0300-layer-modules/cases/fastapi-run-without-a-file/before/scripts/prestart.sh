python app/prestart.py
