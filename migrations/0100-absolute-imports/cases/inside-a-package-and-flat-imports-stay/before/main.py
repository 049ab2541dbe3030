from core.engine import run
from models import Item

print(run(Item()))
