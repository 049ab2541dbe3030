from shop import main

print(main.answer())
