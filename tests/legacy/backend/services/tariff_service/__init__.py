"""Tariffs. Other services import the rates directly, which was meant as a stopgap."""
