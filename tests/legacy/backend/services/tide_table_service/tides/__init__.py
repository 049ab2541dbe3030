from .constants import *
from .harmonics import *
from .harmonics import _phase as phase
