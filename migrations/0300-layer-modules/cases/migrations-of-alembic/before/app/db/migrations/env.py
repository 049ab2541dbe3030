from alembic import context

from app.db.tables import metadata

context.configure(target_metadata=metadata)
