from orders import app
