"""How often `alma guard` is right by a title alone, on the diffs of this repository, and its speed.

    python -m benchmarks.guard [--repository .] [--show] [--runs 5]

Every commit's added lines are checked against the lessons of `guard.toml` as if they had no
`[guard]`; what a person would have written as one says which warnings are right. The anti-patterns
of the example store are of another project: whatever they find here is a false alarm. The speed is
that of the whole command on a diff of 1 MB, of which a thousand anti-patterns are looked for.
"""

import re
import subprocess
import tomllib
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from alma_cli.files.memory import format_record
from alma_cli.model import Guard, Kind, Memory
from alma_cli.names import make_id
from alma_cli.place import path_of
from alma_cli.rules import titles
from alma_cli.rules.guarding import By, Match, search
from alma_cli.rules.passage import Passage, of_text, pieces
from alma_cli.rules.patch import passages
from alma_cli.rules.paths import covered
from alma_cli.rules.sieve import sift
from benchmarks.speed import ALMA, TYPER, Line, build, rounds
from benchmarks.speed import table as costs
from benchmarks.stores import AGENT, NEWEST, SEED

HERE = Path(__file__).parent
EXAMPLE = HERE.parent / ".alma.example"
MANY = 1_000
"""Anti-patterns that are looked for when speed is measured."""
MEGABYTE = 1_000_000
FOREIGN: str = r"(?!)"
"""Matches nothing: a lesson of another project is never right here."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A title, and where the mistake is really made."""

    title: str
    wrong: str
    files: tuple[str, ...]

    def is_made_in(self, passage: Passage, line: str) -> bool:
        """Says whether a line makes the mistake."""
        here = bool(covered(self.files, (passage.path,))[0])
        return here and re.search(self.wrong, line) is not None


@dataclass(frozen=True, slots=True)
class Plan:
    """A title, and what an agent says or runs that does what it warns of, and that does not."""

    title: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]
    is_held_out: bool

    @property
    def lines(self) -> int:
        """Returns how many texts there are."""
        return len(self.right) + len(self.wrong)


@dataclass(frozen=True, slots=True)
class Tally:
    """Warnings of one kind, those that are right, and the lines that deserved one."""

    what: str
    warnings: int
    right: int
    deserved: int

    @property
    def precision(self) -> float:
        """Returns the share of the warnings that are right; 1 where there are none."""
        return self.right / self.warnings if self.warnings else 1.0


def lessons() -> list[Lesson]:
    """Returns the lessons of this project and of the example store."""
    own = tomllib.loads((HERE / "guard.toml").read_text("utf-8"))["lesson"]
    found = [Lesson(one["title"], one["wrong"], tuple(one["files"])) for one in own]
    for file in sorted(EXAMPLE.glob("agents/*/anti-patterns/*.md")):
        title = next(line for line in file.read_text("utf-8").split("\n") if line[:2] == "# ")
        found.append(Lesson(title[2:], FOREIGN, ()))
    return found


def plans() -> list[Plan]:
    """Returns what agents say and run, each with the title that it may deserve."""
    return [
        Plan(one["title"], tuple(one["right"]), tuple(one["wrong"]), one.get("held_out", False))
        for one in tomllib.loads((HERE / "guard.toml").read_text("utf-8"))["plan"]
    ]


def log(repository: Path) -> str:
    """Returns the diff of each commit of a repository, newest first, without memories."""
    words = "git log --patch --no-merges --format= --no-renames -- . :!.alma*"
    ran = subprocess.run(words.split(), cwd=repository, capture_output=True, check=True)
    return ran.stdout.decode("utf-8", "replace")


def warnings(known: Sequence[Lesson], diffs: Sequence[Passage]) -> Iterator[tuple[Lesson, Match]]:
    """Yields what titles find, as the command would tell it."""
    told = set()
    for one in diffs:  # each alone: of one lesson a run tells a hundred places at most
        watched = [titles.watch(str(at), each.title, ()) for at, each in enumerate(known)]
        found = [*search(sift(watched, [one]), lambda: False)]
        found += titles.near([(w, known[int(w.key)].title) for w in watched], [one])
        for match in found:
            assert isinstance(match, Match)
            lesson = known[int(match.key)]
            place = (lesson.title, id(one), match.line)
            if place not in told and not titles.is_talk(match, lesson.title):
                told.add(place)
                yield lesson, match


def plan_tallies(plans: Sequence[Plan], known: Sequence[Lesson]) -> Iterator[Tally]:
    """Yields how often words are right in what agents say and run, and in what was held out."""
    every = [*(one.title for one in plans), *(one.title for one in known)]
    told = [(titles.watch(str(at), title, ()), title) for at, title in enumerate(every)]
    for is_held_out, what in ((False, "words, in plans"), (True, "words, in plans held out")):
        some = [one for one in plans if one.is_held_out is is_held_out]
        found = [
            (every[int(match.key)], one, text)
            for one in some
            for text in (*one.right, *one.wrong)
            for match in titles.near(told, [of_text(text)])
        ]
        right = sum(title == one.title and text in one.right for title, one, text in found)
        yield Tally(what, len(found), right, sum(len(one.right) for one in some))


def tallies(
    known: Sequence[Lesson], diffs: Sequence[Passage], found: Iterable[tuple[Lesson, Match]]
) -> tuple[Tally, ...]:
    """Returns how often each kind of warning is right."""
    number: Counter[By] = Counter()
    right: Counter[By] = Counter()
    for lesson, match in found:
        line = match.passage.text.split("\n")[match.line]
        number[match.by] += 1
        right[match.by] += lesson.is_made_in(match.passage, line)
    deserved = sum(
        lesson.is_made_in(one, line)
        for one in diffs
        for at, line in enumerate(one.text.split("\n"))
        if one.is_new(at)
        for lesson in known
        if lesson.files
    )
    return tuple(
        Tally(what, number[by], right[by], deserved)
        for what, by in (("code in a title", By.TITLE), ("words of a title", By.WORDS))
    )


def speed(diff: str, runs: int) -> Line:
    """Measures the command on a diff with anti-patterns made of the words of that very diff."""
    with TemporaryDirectory() as folder:
        bench = build(Path(folder), 0)
        for memory in anti_patterns(diff):
            file = bench.store / path_of(memory)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(format_record(memory))
        (bench.folder / "diff").write_text(diff, "utf-8")
        ours = ("sh", "-c", f"{ALMA} guard --agent {AGENT} < diff || [ $? = 1 ]")
        return rounds(
            f"guard, {len(diff) / 1e6:.1f} MB, {MANY:,} anti-patterns",
            runs,
            lambda _: bench.run(*ours),
            [lambda _: bench.run(*TYPER)],
        )


def anti_patterns(diff: str) -> Iterator[Memory]:
    """Yields anti-patterns: a third each with two patterns, with a call, with plain words."""
    draw = Random(SEED)
    found = sorted(set(re.findall(r"\b[a-z]{4,12}\b", diff)))
    for number in range(MANY):
        one, other, *more = draw.sample(found, 6)
        regex = (rf"{one}_{other}\(\s*\d+\)", rf"\b{other}\.{more[0]}\s*=")
        yield Memory(
            id=make_id(draw.randrange),
            kind=Kind.ANTI_PATTERN,
            agent=AGENT,
            title=f"Using {one}{'()' if number % 3 else ''} for {' '.join(more)}",
            created=NEWEST,
            guard=Guard(regex=regex) if number % 3 == 1 else None,
        )


def table(found: Sequence[Tally], lines: int) -> str:
    """Returns a Markdown table of the tallies."""
    rows = ["| | warnings | right | precision | of the lines that deserve one | per 1,000 lines |"]
    rows.append("|---|---:|---:|---:|---:|---:|")
    rows += [
        f"| {one.what} | {one.warnings} | {one.right} | {one.precision:.2f}"
        f" | {one.right / max(one.deserved, 1):.0%} | {1000 * one.warnings / max(lines, 1):.2f} |"
        for one in found
    ]
    return "\n".join(rows)


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--repository", type=Path, default=HERE.parent)
    parser.add_argument("--show", action="store_true", help="print each warning")
    parser.add_argument("--runs", type=int, default=5)
    chosen = parser.parse_args()
    diff = log(chosen.repository)
    diffs = tuple(piece for one in passages(diff) for piece in pieces(one))
    known = lessons()
    found = list(warnings(known, diffs))
    lines = sum(one.number for one in diffs)
    print(f"{len(known)} titles, {lines:,} added lines\n")
    print(table(tallies(known, diffs, found), lines))
    said = plans()
    texts = sum(one.lines for one in said)
    print(f"\n{len(said) + len(known)} titles, {texts} plans and commands\n")
    print(table(tuple(plan_tallies(said, known)), texts))
    if chosen.runs:
        print()
        print(costs(("import typer",), [speed(diff[:MEGABYTE], chosen.runs)]))
    if chosen.show:
        for lesson, match in found:
            line = match.passage.text.split("\n")[match.line]
            mark = "+" if lesson.is_made_in(match.passage, line) else "-"
            print(f"{mark} {match.by.value} [{lesson.title}] {match.passage.path}: {line.strip()}")


if __name__ == "__main__":
    main()
