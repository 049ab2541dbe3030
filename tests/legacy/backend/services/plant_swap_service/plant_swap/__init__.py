"""Swap cuttings with your neighbours."""

from plant_swap.tables import Offer, Swapper

__version__ = '1.1'
