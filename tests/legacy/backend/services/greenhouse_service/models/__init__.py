from .climate import ClimateReport, comfort
from .plants import Bed, BedIn, Species

__all__ = ["Bed", "BedIn", "ClimateReport", "Species", "comfort"]
