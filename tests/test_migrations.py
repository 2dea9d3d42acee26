"""Changes of a database stay as they are, and say which rows need one of their own."""

from __future__ import annotations

import pytest

from migrator import pipeline
from migrator.settings import Settings

DJANGO = """
from django.db import migrations, models


class Migration(migrations.Migration):
    operations = [
        migrations.CreateModel(
            name="Chat",
            fields=[
                ("id", models.AutoField(primary_key=True)),
                ("engine", models.CharField(default="gpt-4o", choices=[("gpt-4o", "GPT-4o"), ("x", "X")], max_length=20)),
            ],
        ),
        migrations.AddField(model_name="chat", name="judge", field=models.CharField(default="gpt-4o-mini")),
    ]
"""
ALEMBIC = """
import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = "1"


def upgrade():
    op.add_column("chats", sa.Column("engine", sa.String(40), server_default="gpt-4o"))
    op.alter_column("chats", "judge", server_default="gpt-4o-mini")
"""
USE = """
from openai import OpenAI
from shop.models import Chat


def answer(key):
    chat = Chat.get(key)
    print(chat.engine)
    return OpenAI().chat.completions.create(model=chat.engine, messages=[])
"""
MODELS = "class Chat:\n    __tablename__ = 'chats'\n"


@pytest.mark.parametrize(("source", "table"), [(DJANGO, "shop_chat"), (ALEMBIC, "chats")])
def test_the_column_and_its_readers_are_told(source, table):
    files = {
        "shop/__init__.py": b"",
        "shop/models.py": MODELS.encode(),
        "shop/migrations/0001_first.py": source.encode(),
        "shop/views.py": USE.encode(),
    }
    inventory, new = pipeline.migrate(files, Settings())
    assert new == files
    told = [one.message for one in inventory.findings if one.rule == "GPT55-D004"]
    assert told == [
        f"rows may hold gpt-4o in column engine of table {table}; 2 places in the code read it (shop/views.py): "
        "add a data migration, this one stays as it is",
        f"rows may hold gpt-4o-mini in column judge of table {table}; 0 places in the code read it: "
        "add a data migration, this one stays as it is",
    ]


def test_noop_a_class_of_another_kind_is_code():
    source = DJANGO.replace("class Migration(migrations.Migration)", "class Plan(list)")
    inventory, _ = pipeline.migrate({"shop/migrations/plan.py": source.encode()}, Settings())
    assert not [one for one in inventory.findings if one.rule == "GPT55-D004"]
