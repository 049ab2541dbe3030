from services import (
def nothing(:
