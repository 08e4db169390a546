"""A glob covers what the same line of a `.gitignore` would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alma_cli.rules.paths import covered, covers


@pytest.mark.parametrize(
    ("glob", "file"),
    [
        ("tests/e2e/**", "tests/e2e/login.spec.ts"),
        ("tests/e2e/**", "tests/e2e/deep/er/login.spec.ts"),
        ("tests/**/*.ts", "tests/login.ts"),
        ("tests/**/*.ts", "tests/e2e/deep/login.ts"),
        ("**/migrations/*", "shop/db/migrations/0001.sql"),
        ("**/migrations/*", "migrations/0001.sql"),
        ("src/?.py", "src/a.py"),
        ("src/[ab].py", "src/b.py"),
        ("*.sql", "db/schema.sql"),
        ("Dockerfile", "services/api/Dockerfile"),
        ("tests", "tests/e2e/login.spec.ts"),
        ("tests/", "shop/tests/login.py"),
        ("src/shop", "src/shop/cart.py"),
        ("/src/*.py", "src/cart.py"),
        ("./src/*.py", "src/cart.py"),
        ("**", "anything/at/all"),
    ],
)
def test_what_a_glob_covers(glob, file):
    assert covers(glob, file)


@pytest.mark.parametrize(
    ("glob", "file"),
    [
        ("tests/e2e/**", "tests/unit/login.py"),
        ("tests/*.ts", "tests/e2e/login.ts"),
        ("src/*.py", "lib/src/cart.py"),
        ("src/shop", "src/shopping/cart.py"),
        ("src/*.py", "src/cart.pyc"),
        ("*.SQL", "db/schema.sql"),
        ("src/a?b.py", "src/a/b.py"),
        ("", "cart.py"),
        ("/", "cart.py"),
        ("../cart.py", "cart.py"),
    ],
)
def test_what_a_glob_does_not_cover(glob, file):
    assert not covers(glob, file)


def test_a_glob_made_to_take_forever_is_answered():
    slow = "/".join(["**", "*a*a*a*a*"] * 12)
    assert not covers(f"{slow}/b", "/".join(["a" * 60] * 60))


@given(st.lists(st.sampled_from(["a", "b", "*", "**"]), min_size=1, max_size=6).map("/".join))
def test_what_a_glob_covers_it_covers_below_too(glob):
    for file in ("a", "a/b", "b/a/b"):
        assert not covers(glob, file) or covers(glob, f"{file}/c")


def test_the_first_glob_that_covers_a_file_is_named():
    files = ("a.py", "b.ts")
    assert covered(("src/**", "*.ts", "*"), files) == ("*.ts", "b.ts")
    assert covered(("src/**",), files) == covered((), files) == ("", "")
