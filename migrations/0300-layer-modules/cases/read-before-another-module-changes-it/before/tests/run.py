import main

print(main.answer())
