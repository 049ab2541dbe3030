from shop import main

print(main.answer())
print(main.plain())
