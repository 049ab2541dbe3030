import main
import numbers_given

print(main.answer(), numbers_given.draw(), numbers_given.count)
