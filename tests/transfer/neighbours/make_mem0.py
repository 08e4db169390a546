"""Writes `mem0.json`: what `Memory.get_all()` of the real package says, without a model.

Made on 2026-11-28 with mem0ai 2.2.1, which is not among the dependencies of the tests (225 MB with
what it needs). `just neighbours` makes it anew, in a folder that is given:

    python -m venv v && v/bin/pip install mem0ai==2.2.1 && v/bin/python make_mem0.py [FOLDER]

Nothing of it touches the network: the vectors are made up, the store is in memory, and with
`infer=False` no model is asked what to remember.
"""

import json
import os
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

os.environ |= {"MEM0_TELEMETRY": "False", "OPENAI_API_KEY": "none", "MEM0_DIR": tempfile.mkdtemp()}

from mem0 import Memory
from mem0.utils.factory import EmbedderFactory

SIZE = 8


class MadeUp:
    """Vectors that are the same for the same words."""

    def embed(self, text, *_):
        return [byte / 255 for byte in sha256(text.encode()).digest()[:SIZE]]

    def embed_batch(self, texts, *_):
        return [self.embed(text) for text in texts]


def empty():
    """Returns a real memory that holds nothing yet."""
    EmbedderFactory.create = staticmethod(lambda *_: MadeUp())
    config = {"path": tempfile.mkdtemp(), "embedding_model_dims": SIZE}
    return Memory.from_config({"vector_store": {"provider": "qdrant", "config": config}})


SAID = [
    ("Prefers tabs over spaces in Makefiles", {"category": "preference"}),
    ("The staging database is reset every night at 02:00 UTC", {"category": "facts"}),
    ("Deploys go out on Tuesdays, after the\nrelease notes are written", None),
]

if __name__ == "__main__":
    memory = empty()
    for text, metadata in SAID:
        memory.add(text, user_id="ada", agent_id="qa", metadata=metadata, infer=False)
    memory.add("Works from Lisbon, two hours behind the team", user_id="ada", infer=False)

    told = memory.get_all(filters={"user_id": "ada"}, top_k=50)
    told["results"].sort(key=lambda each: each["created_at"])
    folder = Path(*sys.argv[1:] or [Path(__file__).parent])
    (folder / "mem0.json").write_text(json.dumps(told, indent=2) + "\n", "utf-8")
    memory.vector_store.client.close()
