"""Test reports in JUnit's XML, as pytest, Playwright, Maven Surefire and many others write it.

There is no one format: the elements that are read here are those of Surefire's schema, which also
has tests that were run again, and of <https://github.com/testmoapp/junitxml>. What else a report
holds is passed over.
"""

from __future__ import annotations

from typing import Final
from xml.parsers import expat

from alma_cli.errors import Usage
from alma_cli.sources.cases import Case, Verdict, together

ROOTS: Final = ("testsuites", "testsuite")
FAILED: Final = ("failure", "error")
AGAIN: Final = ("rerunFailure", "rerunError")
"""Another failure of a test that had failed."""
FLAKY: Final = ("flakyFailure", "flakyError")
"""A failure of a test that passed later."""
PRINTED: Final = ("system-out", "system-err")
SKIPPED: Final = ("skipped", "disabled")
MOST_PROLOG: Final = 4096
"""Bytes within which the root of a report begins, below what stands above it."""
MARKS: Final = {
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
}
"""What XML in UTF-16 begins with: a mark, or without one the first of its characters."""
LONGEST: Final = 30 * 24 * 3600.0
"""Seconds that a test may take; a report that says more is wrong."""
_Attributes = dict[str, str]


def is_report(content: bytes) -> bool:
    """Says whether something is XML, which no JSON begins like."""
    return _beginning(content).startswith("<")


def looks(content: bytes) -> bool:
    """Says whether something is XML whose root may be that of a report."""
    beginning = _beginning(content)
    return beginning.startswith("<") and "<testsuite" in beginning


def _beginning(content: bytes) -> str:
    """Returns as much of a text as tells what it is, from its first character on."""
    encoding = MARKS.get(content[:2], "utf-8")
    return content[:MOST_PROLOG].decode(encoding, "replace").lstrip("\ufeff \t\r\n")


def read(content: bytes, name: str) -> tuple[Case, ...]:
    """Returns the tests of a report, each once; `name` is what a complaint calls the file.

    Raises `Usage` with the line for what is no XML or no such report, and for a document type,
    whose entities can make gigabytes of a few lines or name other files.
    """
    reader = _Reader()
    try:
        reader.parser.Parse(content, True)
    except expat.ExpatError as error:
        said = expat.ErrorString(error.code)
        raise Usage(f"{name}:{error.lineno}: is not XML: {said}") from error
    except Usage as error:
        line = reader.parser.CurrentLineNumber
        raise Usage(f"{name}:{line}: {error.message}", *error.hints) from error
    except (LookupError, ValueError) as error:  # of Python's codecs, which expat asks
        raise Usage(f"{name}:1: has an encoding that is not known", "write it in UTF-8") from error
    return together(reader.cases)


class _Suite:
    """A suite: its name, and in Playwright's reports the browser that it ran in."""

    def __init__(self, attributes: _Attributes, *, has_project: bool) -> None:
        self.name = attributes.get("name", "").strip()
        self.project = attributes.get("hostname", "").strip() if has_project else ""


_NO_SUITE: Final = _Suite({}, has_project=False)


class _Told:
    """A test while its element is read."""

    def __init__(self, attributes: _Attributes) -> None:
        self.attributes = attributes
        self.errors: list[str] = []
        self.output: list[str] = []
        self.failed = self.again = self.flaky = 0
        self.skipped = attributes.get("status") in {"notrun", "disabled"}

    def case(self, suite: _Suite) -> Case:
        """Returns the test as it ran."""
        name = " ".join(self.attributes.get("name", "").split())
        where = self.attributes.get("classname", "") or self.attributes.get("file", "")
        where = " ".join(where.split()) or suite.name
        if suite.project and f"[{suite.project}]" not in name:
            where = f"{where} [{suite.project}]"
        failures = self.again + self.flaky + bool(self.failed)
        return Case(
            where,
            name or where,
            self._verdict,
            "\n\n".join(self.errors),
            "\n".join(self.output) if failures else "",
            failures,
            _milliseconds(self.attributes.get("time", "")),
        )

    @property
    def _verdict(self) -> Verdict:
        if self.failed:
            return Verdict.FAILED
        if self.flaky:
            return Verdict.FLAKY
        return Verdict.SKIPPED if self.skipped else Verdict.PASSED


class _Reader:
    """Follows the elements of a report; what it raises is without the line."""

    def __init__(self) -> None:
        self.cases: list[Case] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._open: list[str] = []
        self._suites: list[_Suite] = []
        self._case: _Told | None = None
        self._has_project = False
        self._failure: _Attributes | None = None
        self._said: list[str] = []

    def _doctype(self, *_: object) -> None:
        raise Usage("has a document type, which no test report needs", "take out `<!DOCTYPE ...>`")

    def _begin(self, tag: str, attributes: _Attributes) -> None:
        tag = tag.rpartition(":")[2]
        if not self._open and tag not in ROOTS:
            raise Usage(f"is no test report: it begins with `<{tag}>`", "JUnit's XML is read")
        if tag == "testsuites":
            # Only Playwright gives its root an id, and the browser as the name of the host.
            self._has_project = "id" in attributes
        elif tag == "testsuite":
            self._suites.append(_Suite(attributes, has_project=self._has_project))
        elif tag == "testcase":
            self._case = _Told(attributes)
        elif self._case and self._open[-1] == "testcase":
            self._begin_part(self._case, tag, attributes)
        self._open.append(tag)

    def _begin_part(self, told: _Told, tag: str, attributes: _Attributes) -> None:
        told.failed += tag in FAILED
        told.again += tag in AGAIN
        told.flaky += tag in FLAKY
        told.skipped = told.skipped or tag in SKIPPED
        self._said = []
        # One error is told: all that the first run says, or the first failure that passed later.
        is_told = tag in FAILED or (tag in FLAKY and not told.errors)
        self._failure = attributes if is_told else None

    def _text(self, text: str) -> None:
        if self._case and (self._failure is None or self._open[-1] not in PRINTED):
            self._said.append(text)

    def _end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        self._open.pop()
        told = self._case
        if tag == "testsuite":
            self._suites.pop()
        elif told and tag == "testcase":
            self.cases.append(told.case(self._suites[-1] if self._suites else _NO_SUITE))
            self._case = None
        elif told and self._open[-1] == "testcase":
            if self._failure is not None:
                told.errors.append(_error(self._failure, "".join(self._said)))
            elif tag in PRINTED:
                told.output.append("".join(self._said).strip())
            self._failure, self._said = None, []


def _error(attributes: _Attributes, text: str) -> str:
    """Returns what is said of a failure: the line that tells it, then all of it."""
    message, text = attributes.get("message", "").strip(), text.strip()
    line = message.partition("\n")[0]
    if not text:
        return message or attributes.get("type", "")
    return text if text.startswith(line) else f"{line}\n{text}"


def _milliseconds(seconds: str) -> int | None:
    """Returns a duration, None for what is none; Surefire has a comma in a thousand seconds."""
    try:
        duration = float(seconds.replace(",", ""))
    except ValueError:
        return None
    return round(duration * 1000) if 0 <= duration <= LONGEST else None
