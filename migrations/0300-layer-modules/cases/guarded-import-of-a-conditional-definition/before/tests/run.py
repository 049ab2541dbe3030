import main
import sizes

print(main.answer(), sizes.width(4))
