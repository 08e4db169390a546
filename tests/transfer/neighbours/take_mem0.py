"""Gives the real Mem0 what `alma export --format mem0` wrote, and prints what it tells of that.

alma export --format mem0 | v/bin/python take_mem0.py > told.json
"""

import json
import sys

from make_mem0 import empty

memory = empty()
items = json.load(sys.stdin)["results"]
for item in items:
    metadata = {**item["metadata"], "created_at": item["created_at"]}
    memory.add(item["memory"], agent_id=item["agent_id"], metadata=metadata, infer=False)
told = [
    each
    for agent in sorted({item["agent_id"] for item in items})
    for each in memory.get_all(filters={"agent_id": agent}, top_k=len(items))["results"]
]
json.dump({"results": told}, sys.stdout)
memory.vector_store.client.close()
