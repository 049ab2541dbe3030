import kit.tools
import stock


def answer():
    return f"{kit.tools.LIMIT=} {kit.tools.load(2) = :>4} {kit.tools.names['a']=!s} {stock.FULL=}"


def plain():
    return f'{kit.tools.names["a"]=}'
