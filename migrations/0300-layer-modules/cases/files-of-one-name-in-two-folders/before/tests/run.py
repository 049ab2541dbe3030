import kit.tools
import main
import rules

print(main.answer(), kit.tools.cut(1), rules.apply(3))
