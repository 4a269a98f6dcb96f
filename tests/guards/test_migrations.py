"""The migrations make the schema of the models, on both databases, numbered, with one head."""

import re

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade

from app.config import bundled
from app.extensions import db


def test_models_equal_the_migrated_schema(app_on: Flask) -> None:
    with app_on.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_migrations_are_numbered_and_have_one_head() -> None:
    scripts = ScriptDirectory(str(bundled("migrations")))
    assert len(scripts.get_heads()) == 1
    numbers = [revision.revision for revision in scripts.walk_revisions()]
    assert all(re.fullmatch(r"\d{4}", number) for number in numbers)
    assert sorted(numbers, reverse=True) == numbers


def test_migrations_can_be_taken_back_and_applied_again(app: Flask) -> None:
    with app.app_context():
        downgrade(revision="base")
        db.session.remove()
        upgrade()
        with db.engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), db.metadata) == []
