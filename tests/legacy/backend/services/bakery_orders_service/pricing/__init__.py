from .table import PRICES, total
