"""Mails to those who wait. The package is not on the list of requirements, and never was."""
from carrierpigeon import Loft

from ...common.mail import render  # climbs out of the service, to a folder that is gone

loft = Loft()


def send(name, text):
    loft.release(name, render(text))
