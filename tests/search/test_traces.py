"""A pasted log or stack trace finds the lesson about its one telling line."""

import pytest

from alma_cli.search import rank
from alma_cli.search.lines import asides
from alma_cli.search.question import MOST_READ, read

LESSONS = {
    "Guard the session map by a mutex": "fatal error: concurrent map writes",
    "Close channels in the producer only": "panic: close of closed channel",
    "Start the mock server before the e2e run": "Error: connect ECONNREFUSED 127.0.0.1:4010",
    "Raise the limit of inotify watches": (
        "Error: ENOSPC: System limit for number of file watchers reached, watch '/app/src'"
    ),
    "Clone the sender instead of borrowing self twice": (
        "error[E0502]: cannot borrow `self.cache` as mutable because it is also borrowed"
    ),
    "Return an owned String from the parser": (
        "error[E0515]: cannot return value referencing local variable `buffer`"
    ),
    "Compare datetimes in UTC": (
        "TypeError: can't compare offset-naive and offset-aware datetimes"
    ),
    "Run migrations before the workers start": (
        "psycopg2.errors.UndefinedColumn: column orders.discount_cents does not exist"
    ),
    "Fetch the lines of an order inside the transaction": (
        "org.hibernate.LazyInitializationException: could not initialize proxy - no Session"
    ),
    "Install the corporate CA into the trust store": (
        "javax.net.ssl.SSLHandshakeException: PKIX path building failed: unable to find valid"
        " certification path to requested target"
    ),
}
OF_FRAMES = (
    "Keep site-packages out of the coverage report",
    "Cache node_modules in CI",
    "Wrap the base handler of each call with a timeout",
    "Compile async code for a target that runs it",
    "Name a test file like the module that it tests",
    "Serve each request in a goroutine of its own",
    "Log the line and file of a warning",
    "Invoke the filter chain of the web server once",
)

OF_BUILDS = (
    "Build C++ objects with ninja and cmake, and stop at the first failed command",
    "Log a complete run, and find it by its file name",
    "Name the code of an error and what it was resolved to",
    "Exit with status 1 where a file returned an error",
    "Publish a deprecated npm lib with the name of the shop that still needs it",
)


def python(telling, frames):
    calls = ("await self.app(scope, receive)", "raise error", "result = call(*args)")
    noise = [
        f'  File "/opt/venv/lib/python3.11/site-packages/lib{n % 7}/base.py", line {n * 37}, in run\n'
        f"    {calls[n % 3]}"
        for n in range(frames)
    ]
    return ["Traceback (most recent call last):", *noise, telling]


def javascript(telling, frames):
    noise = [
        f"    at {('Layer', 'async Promise')[n % 2]}.handle (/app/node_modules/lib{n % 7}/index.js:{n}:7)"
        for n in range(frames)
    ]
    return ["> shop@1.0.0 test", "", telling, *noise, "npm ERR! code ELIFECYCLE"]


def rust(telling, frames):
    noise = [
        f"warning: unused variable: `x{n}`\n  --> src/lib{n % 7}.rs:{n}:9\n   |\n{n} | let x{n} = 1;\n"
        for n in range(frames // 2)
    ]
    end = "error: could not compile `proxy` (lib) due to 1 previous error; 12 warnings emitted"
    return ["   Compiling proxy v0.1.0", *noise, telling, "  --> src/proxy.rs:14:9", *noise, end]


def go(telling, frames):
    noise = [
        f"goroutine {n} [IO wait]:\nnet/http.(*conn).serve(0xc000{n:06x})\n"
        f"\t/usr/local/go/src/net/http/server.go:{n} +0x{n:x}\n"
        for n in range(frames)
    ]
    return [telling, "", *noise, "exit status 2"]


def java(telling, frames):
    noise = [
        f"\tat org.web{n % 7}.Chain.doFilter({('Chain', 'Method')[n % 2]}.java:{n})"
        for n in range(frames)
    ]
    first = "java.lang.RuntimeException: request failed"
    return [first, *noise, f"Caused by: {telling}", *noise, "\t... 84 common frames omitted"]


def npm(telling, frames):
    noise = [f"npm warn deprecated lib{n}@1.{n}.0: No longer supported" for n in range(frames)]
    peers = [f'npm ERR!   peer lib{n}@"^1{n}.0" from other{n}@2.{n}' for n in range(frames)]
    first = [
        "npm ERR! code E",
        f"npm ERR! {telling}",
        "npm ERR! ",
        "npm ERR! While resolving: shop",
    ]
    end = [
        "npm ERR! A complete log of this run can be found in:",
        "npm ERR!     /home/ada/.npm/_logs",
    ]
    return [*noise, *first, *peers, *end]


PASTED = (go, go, javascript, javascript, rust, rust, python, python, java, java)
TRACES = dict(zip(LESSONS, PASTED, strict=True))

REFUSED = (
    "Error: connect ECONNREFUSED 127.0.0.1:5432",
    "    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1494:16) {",
    "  errno: -111,",
    "  code: 'ECONNREFUSED',",
    "  syscall: 'connect',",
    "  address: '127.0.0.1',",
    "  port: 5432",
    "}",
)
"""What Node prints when nobody listens."""


@pytest.fixture
def index(store):
    for number, (title, telling) in enumerate(LESSONS.items()):
        store.memory(f"{number:04}", title, why=f"It ended with {telling}")
    for number, title in enumerate(OF_FRAMES):
        store.memory(f"f{number:03}", title)
    with store.index() as index:
        yield index


@pytest.mark.parametrize("frames", [10, 60, 200])
@pytest.mark.parametrize("title", LESSONS)
def test_a_trace_finds_the_lesson_of_its_telling_line_first(index, title, frames):
    trace = "\n".join(TRACES[title](LESSONS[title], frames))
    best = index.search(trace, index.buckets())[0]
    assert best.row.title == title
    assert best.score.nearness >= rank.FLOOR


@pytest.mark.parametrize("frames", [12, 60, 200])
def test_a_build_that_says_much_beside_the_point_finds_it_too(store, frames):
    telling = "ERESOLVE unable to resolve dependency tree"
    store.memory("aaaa", "Pin the date picker", why=f"It ended with {telling}")
    for number, title in enumerate([*LESSONS, *OF_FRAMES, *OF_BUILDS]):
        store.memory(f"f{number:03}", title)
    with store.index() as index:
        best = index.search("\n".join(npm(telling, frames)), index.buckets())[0]
    assert best.row.title == "Pin the date picker"
    assert best.score.nearness >= rank.FLOOR


@pytest.mark.parametrize("lines", [2, 8])
def test_the_code_of_an_error_says_more_than_all_that_a_program_prints_around_it(store, lines):
    title = "ECONNREFUSED in CI means that Postgres is not up yet"
    store.memory("aaaa", title)
    for number, other in enumerate([*LESSONS, *OF_FRAMES, *OF_BUILDS]):
        store.memory(f"f{number:03}", other)
    with store.index() as index:
        best = index.search("\n".join(REFUSED[:lines]), index.buckets())[0]
    assert best.row.title == title
    assert best.score.nearness >= rank.FLOOR


@pytest.mark.parametrize("title", LESSONS)
def test_frames_alone_find_no_lesson_closely(index, title):
    trace = "\n".join(TRACES[title]("it failed", 60))
    found = index.search(trace, index.buckets())
    assert all(one.score.nearness < rank.STRONG for one in found if one.row.title in LESSONS)


def test_a_listing_is_known_by_its_shape_in_any_language():
    lines = [f"  bei Kasse.zahlen (Laden.kt:{n})" for n in range(9)]
    assert asides(["Kein Geld in der Kasse", *lines]) == [False, *[True] * 9]


def test_a_line_that_tells_of_a_failure_is_beside_no_point_however_often_it_comes():
    lines = [f'fatal: [web-{n}]: UNREACHABLE! => {{"msg": "no route"}}' for n in range(6)]
    assert not any(asides(lines))
    levels = [f't={n} level=error msg="too many open files"' for n in range(6)]
    assert not any(asides(levels))


def test_a_line_belongs_to_a_listing_only_if_it_stands_deeper_than_that():
    listing = [f"  Normal  Pulled  {n}m" for n in range(5)]
    lines = ["Events:", *listing, '  Warning  FailedMount  1m (x2): "search" not found']
    assert asides(lines) == [False, *[True] * 5, False]
    assert asides([*lines[:-1], "     of the cache"]) == [False, *[True] * 6]


def test_a_form_of_names_and_values_is_no_listing():
    form = ["  web:", "    State:  Waiting", "      Reason:  Evicted", "    Ready:  False"]
    assert not any(asides(["Containers:", *form, "  proxy:", "  Limits:", "    memory:  1Gi"]))


@pytest.mark.parametrize("count", [1, 20])
def test_sentences_lists_and_short_questions_are_no_listing(count):
    assert not any(asides(["Test the login form, then pay."] * count))
    assert not any(asides(["- check the form", "1. pay by card", "* log out"] * count))
    assert not any(one.is_aside for one in read("f(a, b)\nf(b, c)\nf(c, d)")[0])


def test_a_word_that_the_telling_line_has_too_counts_in_full():
    frames = "\n".join(f"  at pay (cart{n}.js:{n})" for n in range(9))
    asked, _ = read(f"cannot pay\n{frames}")
    assert {one.word: one.is_aside for one in asked if one.word in {"pay", "cart7"}} == {
        "pay": False,
        "cart7": True,
    }


@pytest.mark.parametrize(
    "painted",
    [
        "\x1b[31mE   cannot pay\x1b[0m",
        "\x1b[1;38;5;9mE\x1b[m   can\x1b[01;31m\x1b[Knot\x1b[m\x1b[K pay",
        "E   \x1b]8;;https://example.org/x\x1b\\cannot\x1b]8;;\x07 pay",
    ],
)
def test_colours_and_links_of_a_terminal_are_no_words(painted):
    assert [one.word for one in read(painted)[0]] == ["e", "cannot", "pay"]


def test_of_a_text_beyond_the_limit_both_ends_are_read():
    asked, _ = read("begin " + "middle " * MOST_READ + "finish")
    assert {one.word for one in asked} >= {"begin", "finish"}
    within, _ = read("x " * MOST_READ + "middle " + "x " * MOST_READ)
    assert {one.word for one in within} == {"x"}
