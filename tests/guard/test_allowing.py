"""A comment lets a line pass, with a reason and for the memory it names."""

import pytest

from alma_cli.rules.allowing import allowance

ID = "8ab27pwz4c"


def reason(text, line=0):
    found = allowance(text.split("\n"), line, ID)
    return found.reason if found else None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("sleep(1)  # alma: allow 8ab2 -- the vendor needs it", "the vendor needs it"),
        ("sleep(1) // alma:allow 8ab27pwz4c -- it", "it"),
        ("sleep(1) /* ALMA: Allow k3f9, 8ab2 -- it */", "it"),
        ("<b>sleep</b> <!-- alma: allow 8ab2 -- it -->", "it"),
        ("/* alma: allow 8ab2 -- it */ sleep(1)", "it"),
        ("<i><!-- alma: allow 8ab2 -- a > b --> sleep(1)", "a > b"),
        ("sleep(1)  # alma: allow 8ab2 -- as in {{ it }} and */", "as in {{ it }} and"),
        ("/* alma: allow 8ab2 */ sleep(1) -- it", ""),
        ("sleep(1)  # alma: allow 8ab2", ""),
        ("sleep(1)  # alma: allow 8ab2 --", ""),
        ("sleep(1)  # alma: allow 8ab2 --   */", ""),
        ("sleep(1)  # alma: allow 8ab9 -- it", None),
        ("sleep(1)  # alma: allow 8ab -- it", None),
        ("sleep(1)  # alma: allow -- it", None),
        ("sleep(1)  # allow 8ab2 -- it", None),
    ],
)
def test_a_comment_in_the_line(line, said):
    assert reason(line) == said


def test_a_comment_alone_in_the_line_above():
    assert reason("  # alma: allow 8ab2 -- it\nsleep(1)", 1) == "it"


@pytest.mark.parametrize(
    "line", ["sleep(0)  # alma: allow 8ab2 -- it", "/* alma: allow 8ab2 -- it */ sleep(0)"]
)
def test_a_comment_beside_other_code_is_about_that_code(line):
    assert reason(f"{line}\nsleep(1)", 1) is None
    assert reason(f"{line}\nsleep(1)", 0) == "it"


def test_a_comment_further_up_or_below_is_not_meant():
    assert reason("# alma: allow 8ab2 -- it\n\nsleep(1)\n# alma: allow 8ab2 -- it", 2) is None


def test_the_comment_with_a_reason_counts():
    assert reason("# alma: allow 8ab2 -- it\nsleep(1)  # alma: allow 8ab2", 1) == "it"
