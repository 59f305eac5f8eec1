"""`make migration m="What changed"`: writes a migration from the difference to today's tables."""

import sys
import tempfile
from pathlib import Path

from alembic import command

from storage.database import Database

with tempfile.TemporaryDirectory() as folder:
    database = Database(f"sqlite:///{Path(folder)}/empty.sqlite3")
    database.migrate_step_by_step()
    number = len(list(Path(__file__).parent.glob("versions/*.py"))) + 1
    with database.engine.connect() as connection:
        command.revision(database.alembic(connection), message=sys.argv[1], autogenerate=True, rev_id=f"{number:04d}")
