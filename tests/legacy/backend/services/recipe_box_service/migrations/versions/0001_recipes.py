"""recipes and ingredients"""
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table(
        "recipes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("title", sa.String(80), unique=True),
        sa.Column("minutes", sa.Integer),
        sa.Column("notes", sa.String, nullable=True),
    )


def downgrade():
    op.drop_table("recipes")
