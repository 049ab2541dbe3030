from bike_rental import main

print(main.answer())
