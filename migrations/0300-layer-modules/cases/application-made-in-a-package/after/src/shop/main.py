from shop.presentation.store import create_app

app = create_app()
