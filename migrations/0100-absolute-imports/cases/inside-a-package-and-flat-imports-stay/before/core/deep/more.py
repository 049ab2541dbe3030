from ..parts import PART
