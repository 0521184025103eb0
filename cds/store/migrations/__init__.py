"""Alembic's migrations of the store. A new one: `alembic revision` is not needed, copy the newest file and change it."""
