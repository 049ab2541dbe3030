from shop.presentation.routes import router
