"""Adapters: how the ports of the domain are done in the real world."""
