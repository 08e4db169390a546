# The work on this project, a recipe each. `pip install -e '.[dev]'` brings `just`.

# Everything that CI asks for
ci: lint types layers test

# All tests, in parallel
test *args:
    python -m pytest -q -n auto {{args}}

# Breaks every write and sync in every way and lets machines and processes race, which takes long, and counts what came of it
torture *args:
    python -m pytest -q -n auto --torture --timeout 0 tests/store/test_crash.py tests/sync/test_cut_off.py tests/sync/test_race.py {{args}}
    python -m pytest -q --torture --timeout 0 tests/store/test_together.py

# Plays 500 long stories of agents, people and bad luck, and compares the store with a dictionary
stories *args:
    python -m pytest -q --torture --timeout 0 tests/store/test_model.py {{args}}

# Lets the MCP server answer for ten minutes, and sixteen clients at once, and looks at what it holds
soak *args:
    python -m pytest -q --torture --timeout 0 tests/mcp {{args}}

# Tries every property on some thousand examples that nobody has seen yet
explore *args:
    python -m pytest -q -n auto --timeout 0 --hypothesis-profile explore -m hypothesis {{args}}

# Lets the real alma-memory and Mem0 write what the import tests read, and Mem0 take what is exported
neighbours alma_memory="alma-memory==0.11.0" mem0="mem0ai==2.2.1":
    #!/usr/bin/env bash
    set -euo pipefail
    made=$(mktemp -d)
    trap 'rm -rf "$made"' EXIT
    mkdir "$made/data"
    python -m venv "$made/alma_memory"
    python -m venv "$made/mem0"
    "$made/alma_memory/bin/pip" install --quiet '{{alma_memory}}' numpy
    "$made/mem0/bin/pip" install --quiet '{{mem0}}'
    for name in alma_memory mem0; do
        "$made/$name/bin/python" "tests/transfer/neighbours/make_$name.py" "$made/data"
    done
    "$made/alma_memory/bin/pip" freeze | grep '^alma'
    "$made/mem0/bin/pip" freeze | grep '^mem0'
    NEIGHBOURS="$made/data" python -m pytest -q tests/transfer/test_{sources,import_from,neighbours,export_elsewhere}.py

# Style
lint:
    ruff check
    ruff format --check

# Types, strictly
types:
    mypy

# Which layer may import which
layers:
    lint-imports

# Bring transcripts, golden files and the reference up to date
docs:
    python -m pytest -q tests/docs tests/render tests/review --rewrite

# What commands and checks cost, how often titles warn rightly, and recall quality on data sets of your own (`pip install -e '.[bench]'`)
bench *data:
    python -m benchmarks.speed
    python -m benchmarks.traces
    python -m benchmarks.guard
    python -m benchmarks.checking
    python -m benchmarks.mcp
    {{ if data == "" { "" } else { "python -m benchmarks.retrieval " + data } }}
