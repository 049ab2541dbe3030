from alembic import context
from alembic.config import Config

from app.main import app

context.configure(app=app, config=Config())
