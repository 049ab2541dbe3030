"""Pages."""

from shop.application import services


def answer():
	if True:
		from shop.application.services import total
		return total([]), services.total([])
