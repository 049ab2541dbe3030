"""Heights from one harmonic. Tabs, and form feeds between the parts."""
import math
from .constants import HARBOURS

# ---------------------------------------------------------------- heights
PERIOD = 12.42
EPOCH_HOUR = 0

def _phase(at, delay):
	hours = at.hour + at.minute / 60 + at.toordinal() * 24
	return 2 * math.pi * (hours - EPOCH_HOUR - delay) / PERIOD

def height_at(harbour, at):
	mean, amplitude, delay = HARBOURS[harbour]
	return round(mean + amplitude * math.cos(_phase(at, delay)), 2)

# ---------------------------------------------------------------- ranges
def range_of(harbour):
	mean, amplitude, _ = HARBOURS[harbour]
	return mean - amplitude, \
		mean + amplitude

class Slack:
	"""The still minutes between the tides."""

	MINUTES = 20

	def __init__(self, at):
		self.at = at

	def __contains__(self, minute):
		# both ends belong to it
		return abs(minute - self.at) <= self.MINUTES
