from models import Aspect

box = {"A": Aspect.STOP, "B": Aspect.STOP, "C": Aspect.STOP}
