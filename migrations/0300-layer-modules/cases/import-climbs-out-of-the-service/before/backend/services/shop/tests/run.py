from backend.services.shop import main

print(main.answer())
