"""Writes the files below `alma_memory/`: what the real package keeps of one small project.

Made on 2026-11-28 with alma-memory 0.11.0, which is not among the dependencies of the tests: it has
a program called `alma` too, so that one of the two would be gone from where both are installed.
`just neighbours` makes them anew, in a folder that is given:

    python -m venv v && v/bin/pip install alma-memory==0.11.0 numpy
    v/bin/python make_alma_memory.py [FOLDER]

The database is written as the SQL that makes it, which a person can read; nothing needs a model.
"""

import logging
import shutil
import sqlite3
import sys
from pathlib import Path

from alma import ALMA
from alma.config.loader import ConfigLoader

HERE = Path(*sys.argv[1:] or [Path(__file__).parent]) / "alma_memory"
AGENTS = {
    "helena": {
        "can_learn": ["testing_strategies", "form_testing"],
        "cannot_learn": ["backend_logic"],
        "min_occurrences_for_heuristic": 2,
    },
    "victor": {"can_learn": ["database_queries", "api"], "cannot_learn": []},
}


def tell(alma: ALMA) -> None:
    """Lets two agents learn, until the package itself makes lessons of it."""
    for _ in range(3):
        alma.learn(
            agent="helena",
            task="Test the login form",
            outcome="success",
            strategy_used="Validate fields one by one",
            task_type="form_testing",
            duration_ms=1200,
        )
    for _ in range(2):
        alma.learn(
            agent="helena",
            task="Test the checkout form",
            outcome="failure",
            strategy_used="Sleep for five seconds before clicking",
            task_type="form_testing",
            error_message="TimeoutError: the button was not there",
        )
    alma.add_domain_knowledge(
        agent="victor", domain="api", fact="Login tokens expire after 24 hours"
    )
    alma.add_user_preference(
        user_id="ada", category="code_style", preference="No emojis in documentation"
    )


shutil.rmtree(HERE, ignore_errors=True)
logging.disable()
for storage in ("file", "sqlite"):
    folder = HERE / storage
    folder.mkdir(parents=True)
    config = folder / "config.yaml"
    ConfigLoader.save(
        {
            "project_id": "shop",
            "storage": storage,
            "storage_dir": str(folder),
            "embedding_provider": "mock",
            "agents": AGENTS,
        },
        str(config),
    )
    tell(ALMA.from_config(str(config)))
    config.write_text(config.read_text().replace(str(folder), ".alma"), "utf-8")

database = HERE / "sqlite" / "alma.db"
connection = sqlite3.connect(database)
(HERE / "sqlite" / "alma.sql").write_text("\n".join(connection.iterdump()) + "\n", "utf-8")
connection.close()
database.unlink()
