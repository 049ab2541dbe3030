from alembic import context
from alembic.config import Config

from shop.main import app

context.configure(app=app, config=Config())
