env PYTHONPATH=src python -m shop.presentation.prestart
