"""Pages."""

import services


def answer():
	if True:
		from services import total
		return total([]), services.total([])
