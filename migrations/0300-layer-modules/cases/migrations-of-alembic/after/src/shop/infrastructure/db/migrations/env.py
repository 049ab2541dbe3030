from alembic import context

from shop.infrastructure.db.tables import metadata

context.configure(target_metadata=metadata)
