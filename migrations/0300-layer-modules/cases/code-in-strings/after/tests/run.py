import subprocess
import sys
from textwrap import dedent

from shop.domain.models import Order

SCRIPT = '''
from shop.domain.models import Order, total as add
from shop.infrastructure.services import Archive, Shop
import shop.domain.models as models
import json


def run():
    import shop.infrastructure.services as s

    return add([Shop().order(2), Order(3)]), s.Archive is Archive, models.Order is Order, json.dumps(1)
'''

space: dict = {}
exec(SCRIPT, space)
print(space["run"](), Order(1))

INDENTED = """
    from shop.infrastructure.services import Shop

    print(Shop().order(5))
"""
exec(dedent(INDENTED))

code = "import shop.domain.models as models; from shop.infrastructure.services import Shop, Archive; print(models.Order(7) == Shop().order(7))"
paths = [path for path in sys.path if path]
print(subprocess.run(
    [sys.executable, "-c", f"import sys; sys.path[:0] = {paths!r}\n" + code], capture_output=True, text=True
).stdout)
exec("from shop.domain.models import Order  # the model\nprint(Order(8))")
