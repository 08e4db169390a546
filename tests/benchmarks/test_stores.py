"""The stores that speed is measured on are stores, the same in every run."""

from datetime import UTC, datetime

from alma_cli import store
from alma_cli.files.memory import parse
from alma_cli.model import Kind
from benchmarks import stores

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def parsed(store):
    """Returns all records of a store."""
    paths = sorted((store / "agents").rglob("*.md"))
    return [parse(path.read_bytes(), path.relative_to(store).as_posix(), NOW) for path in paths]


def test_every_file_parses_and_recall_answers(bare, monkeypatch):
    monkeypatch.setattr(stores, "MOST_ADVICE", 30)
    bare.ok("init", "--agent", stores.AGENT)
    stores.fill(bare.store, 40)
    records = parsed(bare.store)
    assert sorted(record.kind is Kind.OUTCOME for record in records) == [False] * 30 + [True] * 10
    lessons = {record.id for record in records if record.kind in stores.KINDS[:2]}
    outcomes = [record for record in records if record.kind is Kind.OUTCOME]
    assert all(set(outcome.lessons) <= lessons for outcome in outcomes)
    wanted = next(record for record in records if record.kind is Kind.KNOWLEDGE)
    ran = bare("recall", wanted.title)
    assert ran.status == 0, ran
    assert wanted.title in ran.out


def test_the_same_seed_makes_the_same_records():
    once, again, other = (list(stores.records(5, seed)) for seed in (7, 7, 8))
    assert once == again != other


def test_a_full_folder_is_split_as_the_store_splits_it(bare, monkeypatch):
    monkeypatch.setattr(store, "FULL", 2)
    bare.ok("init", "--agent", stores.AGENT)
    stores.fill(bare.store, 20)
    flat = list((bare.store / "agents").glob("*/heuristics/*.md"))
    split = list((bare.store / "agents").glob("*/heuristics/*/*.md"))
    assert len(flat) == 2
    assert split
    assert all(file.parent.name == file.stem.rpartition("--")[2][0] for file in split)


def test_a_rewritten_memory_is_seen_and_still_parses(bare):
    bare.ok("init", "--agent", stores.AGENT)
    stores.fill(bare.store, 3)
    file = stores.advice(bare.store)[0]
    bare.ok("recall", "anything")
    stores.rewrite(file, "Beware of the zyzzyva")
    assert "nothing relevant" not in bare.ok("recall", "zyzzyva")
    assert len(parsed(bare.store)) == 3
    assert not list(bare.store.rglob("*.new"))
