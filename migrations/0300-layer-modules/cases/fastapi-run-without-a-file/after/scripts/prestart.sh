python -m shop.presentation.prestart
