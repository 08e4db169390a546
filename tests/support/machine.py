"""A store beside a dictionary: whatever is done to both, they hold the same.

A step is something that an agent, a person, another machine or bad luck does.
"""

import shutil
from dataclasses import replace
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from support.alma import Alma, ids
from support.faults import Fault
from support.matrix import git_at_rest
from support.model import OWNER, READER, SHARED, Memory, Model, found, kept
from support.warm import FIRST_ID, Warm

WORDS = "amber basil cedar delta ember fjord grove haven inlet jasper".split()
ADVICE = {"failure": "anti-pattern", "success": "heuristic"}
OTHERS = (".", ":(exclude).alma")
FAULTS = st.builds(
    Fault,
    st.sampled_from(["SIGKILL", "SIGINT", "group SIGKILL", "ENOSPC", "EIO"]),
    st.sampled_from("staged placing placed objects index head dropped told".split()),
)
CONFLICT = 4


class Machine(RuleBasedStateMachine):
    """One store, one model, and everything that happens to both."""

    def __init__(self, base: Alma, warm: Warm, folder: Path) -> None:
        super().__init__()
        shutil.rmtree(folder, ignore_errors=True)
        for each in (base.folder.name, "colleague", "hub.git"):
            shutil.copytree(base.folder.parent / each, folder / each, symlinks=True)
        self.alma = replace(base, folder=folder / base.folder.name, new_id=ids(100))
        self.colleague = replace(
            base,
            folder=folder / "colleague",
            environ={**base.environ, "GIT_AUTHOR_NAME": "Bob", "GIT_COMMITTER_NAME": "Bob"},
            new_id=ids(500_000),
        )
        self.news: dict[str, object] = {}
        self.warm = warm
        self.model = Model()
        self.number = 0
        self.pending = False
        self.moments: list[tuple[str, dict[str, object]]] = []
        self.a_moment()
        self.works()

    def fresh(self) -> int:
        self.number += 1
        return self.number

    def run(self, *arguments: str, refused: bool = False) -> dict:
        """Runs a command that works, or is refused as a conflict and changes nothing."""
        ran = self.alma(*arguments, "--json")
        assert ran.status == (CONFLICT if refused else 0), ran
        if not refused:
            self.pending = ran.json["commit"] == "pending"
        return ran.json

    # What agents do

    @rule(word=st.sampled_from(WORDS), outcome=st.sampled_from(list(ADVICE)))
    def learn(self, word, outcome):
        told = self.run(*self.report(word, outcome))
        lesson = told["lesson"]["id"]
        (recorded,) = (each["id"] for each in told["written"] if each["kind"] == "outcome")
        made = {lesson: Memory(OWNER, f"{outcome} {word}")} if told["lesson"]["new"] else {}
        assert made or isinstance(self.model.disk[lesson], Memory)
        self.model.event({recorded: (lesson,), **made})

    def report(self, word: str, outcome: str) -> tuple[str, ...]:
        about = ("--task", f"Try {word}", "--strategy", f"{outcome} {word}", "--domain", "trees")
        return ("learn", f"--{outcome}", "--agent", OWNER, *about)

    @rule(agent=st.sampled_from([OWNER, READER]))
    def add(self, agent):
        title = f"Fact {WORDS[self.fresh() % len(WORDS)]}{self.number}"
        told = self.run("add", "knowledge", title, "--agent", agent, "--domain", "trees")
        self.model.event({told["written"][0]["id"]: Memory(agent, title)})

    @precondition(lambda self: self.model.here())
    @rule(data=st.data())
    def edit(self, data):
        id_ = data.draw(st.sampled_from(self.model.here()))
        tag = f"t{self.fresh()}"
        refused = id_ in self.model.edited
        self.run("edit", id_, "--set", f"tags={tag}", refused=refused)
        if not refused:
            self.model.event({id_: replace(self.model.disk[id_], tags=(tag,))})

    @precondition(lambda self: self.model.here())
    @rule(data=st.data())
    def forget(self, data):
        id_ = data.draw(st.sampled_from(self.model.here()))
        refused = id_ in self.model.edited
        self.run("forget", id_, refused=refused)
        if not refused:
            self.model.event({id_: None, f"forgotten {id_}": True})

    @precondition(lambda self: self.model.forgotten())
    @rule(data=st.data())
    def restore(self, data):
        id_ = data.draw(st.sampled_from(self.model.forgotten()))
        self.run("restore", id_)
        self.model.event({id_: self.model.last[id_], f"forgotten {id_}": None})

    @rule()
    def share_or_not(self):
        shared = self.model.disk[SHARED]
        self.run("agent", "unshare" if shared else "share", OWNER, "--with", READER)
        self.model.event({SHARED: not shared})

    # What takes back

    @precondition(lambda self: self.model.undoable)
    @rule()
    def undo(self):
        event = self.model.undoable[-1]
        disk = self.model.disk
        refused = any(disk.get(key) != after for key, (_, after) in event.items())
        self.run("undo", refused=refused)
        if not refused:
            self.model.undoable.pop()
            self.model.event({k: before for k, (before, _) in event.items()}, undoable=False)

    @rule()
    def a_moment(self):
        self.alma.ok("commit")
        self.pending = False
        commit = self.alma.git("rev-parse", "HEAD").strip()
        self.moments.append((commit, dict(self.model.head)))

    @rule(data=st.data())
    def rollback(self, data):
        commit, then = data.draw(st.sampled_from(self.moments))
        now = self.model.disk
        keys = ({*then, *now}) - {SHARED}
        changes = {key: then.get(key) for key in sorted(keys) if then.get(key) != now.get(key)}
        refused = bool(self.model.edited & changes.keys())
        self.run("rollback", "--to", commit, refused=refused)
        if changes and not refused:
            self.model.event(changes)

    # What people do

    @precondition(lambda self: self.model.here())
    @rule(data=st.data())
    def edit_by_hand(self, data):
        id_ = data.draw(st.sampled_from(self.model.here()))
        line = f"Line {self.fresh()} by hand"
        (path,) = (path for path in self.alma.memories() if path.endswith(f"--{id_}.md"))
        with (self.alma.store / path).open("a") as file:
            file.write(f"\n{line}\n")
        memory = self.model.disk[id_]
        self.model.disk[id_] = replace(memory, lines=(*memory.lines, line))

    @precondition(lambda self: self.model.edited and not self.pending)
    @rule()
    def commit_by_hand(self):
        self.alma.git("commit", "--quiet", "--message=by hand", "--only", "--", ".alma")
        self.model.commit()

    @rule(staged=st.booleans(), committed=st.booleans())
    def work(self, staged, committed):
        self.alma.files({"code.py": f"x = {self.fresh()}\n"})
        if staged:
            self.alma.git("add", "code.py")
        if committed:
            self.alma.git("commit", "--quiet", "--message=work", "--only", "--", "code.py")
        self.alma.files({"other.py": f"y = {self.fresh()}\n"})
        self.works()

    def works(self) -> None:
        """Looks at what a person works on, to be found again so."""
        self.work_is = self.work_now()

    def work_now(self):
        files = {path: (self.alma.folder / path).read_bytes() for path in ("code.py", "other.py")}
        return files, self.alma.git("ls-files", "-s", "--", *OTHERS)

    # What another machine does

    @rule(data=st.data())
    def a_colleague_works(self, data):
        self.colleague.ok("sync")
        title = f"News {WORDS[self.fresh() % len(WORDS)]}{self.number}"
        told = self.colleague.json("add", "knowledge", title, "--agent", READER, "--domain", "x")
        self.news[told["written"][0]["id"]] = Memory(READER, title)
        known = sorted(found(self.colleague).keys() & set(self.model.unedited))
        if gone := data.draw(st.sampled_from(["", *known])):
            self.colleague.ok("forget", gone)
            self.news[f"forgotten {gone}"] = True
            self.news.pop(gone, None)
        self.colleague.ok("sync")

    @rule()
    def sync(self):
        ran = self.alma("sync", "--json")
        self.pending = False
        assert ran.status == 0 or (ran.status == CONFLICT and self.model.edited), ran
        if ran.status == 0:
            self.met(found(self.alma))

    def met(self, now: dict[str, object]) -> None:
        """Lets what a sync brought happen; what a memory said is lost only where it is forgotten."""
        assert now.items() >= self.news.items()
        self.news = {}
        before = self.model.disk
        changes = {
            key: now.get(key)
            for key in sorted({*before, *now} - {SHARED})
            if now.get(key) != before.get(key)
        }
        forgotten = {key for key in before if f"forgotten {key}" in now}
        left = {key: value for key, value in before.items() if key not in forgotten}
        assert kept(left) <= kept(now), changes
        if changes:
            self.model.event(changes)

    @precondition(lambda self: self.news and not self.model.edited)
    @rule(fault=FAULTS)
    def crash_while_syncing(self, fault):
        if now := self.crash(("sync",), fault):
            self.met(now)

    # What goes wrong

    @rule(word=st.sampled_from(WORDS))
    def learn_while_git_is_busy(self, word):
        lock = self.alma.folder / ".git" / "index.lock"
        lock.touch()
        self.learn(word, "failure")
        lock.unlink()
        assert self.pending

    @rule(word=st.sampled_from(WORDS), fault=FAULTS)
    def crash_while_learning(self, word, fault):
        if not (now := self.crash(self.report(word, "failure"), fault)):
            return
        new = {key: value for key, value in now.items() if key not in self.model.disk}
        (lesson,) = next(value for value in new.values() if isinstance(value, tuple))
        lessons = {key: value for key, value in new.items() if isinstance(value, Memory)}
        known = {**self.model.disk, **new}
        assert set(lessons) <= {lesson}
        assert isinstance(known[lesson], Memory)
        assert len(new) == 1 + len(lessons)
        self.model.event(new)

    @precondition(lambda self: self.model.unedited)
    @rule(data=st.data(), fault=FAULTS)
    def crash_while_forgetting(self, data, fault):
        id_ = data.draw(st.sampled_from(self.model.unedited))
        if self.crash(("forget", id_), fault):
            self.model.event({id_: None, f"forgotten {id_}": True})

    def crash(self, arguments: tuple[str, ...], fault: Fault) -> dict[str, object]:
        """Runs a command with a fault, and what mends it; returns what there is if it happened."""
        first = FIRST_ID * self.fresh()
        ended = self.warm.run(self.alma, *arguments, fault=fault, first_id=first)
        assert "Traceback" not in ended.said, ended
        assert git_at_rest(self.alma) == []
        self.alma.ok("commit")
        self.pending = False
        now = found(self.alma)
        happened = now != self.model.disk
        assert happened or ended.status != 0, ended
        if fault.kind.startswith("E"):
            assert happened == (ended.status == 0), ended
        return now if happened else {}

    # What must hold

    @precondition(lambda self: self.model.here())
    @rule(data=st.data(), agent=st.sampled_from([OWNER, READER]))
    def recall(self, data, agent):
        id_ = data.draw(st.sampled_from(self.model.here()))
        memory = self.model.disk[id_]
        asked = ("--agent", agent, "-k", "100", "--budget", "100000", "--min-confidence", "0")
        hits = {hit["id"] for hit in self.alma.json("recall", memory.title, *asked)["hits"]}
        reads = agent == memory.owner or (memory.owner == OWNER and self.model.disk[SHARED])
        assert (id_ in hits) == reads
        assert hits <= self.model.disk.keys()  # memories and past outcomes, and nothing gone

    @invariant()
    def the_store_is_the_model(self):
        assert found(self.alma) == self.model.disk

    @invariant()
    def a_person_s_work_is_as_it_was(self):
        assert self.work_now() == self.work_is

    def teardown(self):
        alma = self.alma
        alma.ok("commit")
        trailer = "--format=%(trailers:key=Alma-Event,valueonly,separator=)"
        events = [line for line in alma.git("log", trailer).splitlines() if line]
        assert len(events) == len(set(events)) == self.model.events
        changed = alma.git("status", "--short", "--", ".alma").splitlines()
        assert len(changed) == len(self.model.edited)
        assert alma.git("fsck", "--strict", "--no-dangling") == ""
        titles = {each["id"]: each["title"] for each in alma.json("list")["memories"]}
        assert titles == {id_: self.model.disk[id_].title for id_ in self.model.here()}
