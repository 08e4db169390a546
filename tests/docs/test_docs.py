"""README and docs lead nowhere that is not there, and leave out no key and no exit code."""

import re
from pathlib import Path

import pytest

from alma_cli import config, errors
from alma_cli.cli.app import BROKEN_PIPE, INTERRUPTED

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]
CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```toml\n(.*?)^```$", CONFIGURATION, re.MULTILINE | re.DOTALL)
KEYS = [
    *config.TOP,
    *(f"recall.{key}" for key in config.RECALL),
    *(f"git.{key}" for key in config.GIT),
    *(f"hook.{key}" for key in config.HOOK),
    *(f"agents.NAME.{key}" for key in config.AGENT),
    *(f"domains.NAME.{key}" for key in config.DOMAIN),
]
PROMISES = re.findall(
    r"`((?:\w+/)?test_\w+)`",
    "".join((ROOT / name).read_text("utf-8") for name in ("SECURITY.md", "docs/reliability.md")),
)
COMPARED = (ROOT / "docs" / "compare.md").read_text("utf-8").split("\n## ")[1:]
ERRORS = [kind for kind in vars(errors).values() if isinstance(kind, type)]


def anchors(page: Path) -> set[str]:
    """Returns what GitHub calls the headings of a page."""
    fenced = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    found = re.findall(r"^#+ (.*)$", fenced, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_somewhere(page):
    broken = []
    for link in LINK.findall(CODE.sub("", page.read_text("utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("key", KEYS)
def test_every_key_of_the_configuration_is_explained_with_an_example(key):
    assert f"\n| `{key}` | " in CONFIGURATION
    assert re.search(rf"^{key.rpartition('.')[2]} = ", "\n".join(EXAMPLES), re.MULTILINE)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.split("\n")[0])
def test_every_example_of_a_configuration_is_accepted(bare, example):
    bare.files({".alma/config.toml": example})
    told = bare.json("config", "show")
    own = str(bare.store / "config.toml")
    values = {each["key"] for each in told["values"] if each["origin"] == own}
    said = re.findall(r"^(\w+) = ", example, re.MULTILINE)
    assert {key.rpartition(".")[2] for key in values} == set(said) - {"format"}


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_has_its_exit_code_in_the_table(kind):
    page = (ROOT / "docs" / "cli.md").read_text("utf-8")
    assert f"\n| {kind.status} | `{kind.code}` | " in page


@pytest.mark.parametrize("status", [0, INTERRUPTED, BROKEN_PIPE])
def test_every_other_exit_code_is_in_the_table(status):
    page = (ROOT / "docs" / "cli.md").read_text("utf-8")
    assert f"\n| {status} | | " in page


@pytest.mark.parametrize(
    "page", sorted((ROOT / "docs" / "decisions").glob("*.md")), ids=lambda page: page.name
)
def test_a_decision_has_its_number_and_its_parts(page):
    text = page.read_text("utf-8")
    assert text.startswith(f"# {page.name[:4]}: ")
    for part in ("**Context.**", "**Decision.**", "**What would reverse it.**"):
        assert part in text


@pytest.mark.parametrize("name", sorted(set(PROMISES)))
def test_every_promise_has_its_tests(name):
    assert (ROOT / "tests" / f"{name}.py").is_file()


@pytest.mark.parametrize("section", COMPARED, ids=lambda text: text.split("\n")[0])
def test_what_is_said_of_another_project_names_its_version_and_how_it_was_checked(section):
    opening, *points = section.split("\n- **")
    assert re.search(r"[Vv]ersions? [\w ,-]*\d+\.\d+\.\d+", opening)
    assert [point.split(":**")[0] for point in points] == ["Moves over", "Does not", "Checked"]
