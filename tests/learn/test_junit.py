"""Test reports in JUnit's XML: what pytest, Playwright and Surefire say, as the same values."""

# ruff: noqa: RUF001 - Playwright joins titles with this sign

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alma_cli.errors import Usage
from alma_cli.sources.cases import Case, Verdict, together
from alma_cli.sources.junit import is_report, looks, read

REPORTS = Path(__file__).with_name("reports")


def report(name):
    return read((REPORTS / f"{name}.xml").read_bytes(), f"{name}.xml")


def told(name):
    return [(case.where, case.readable, case.verdict.value) for case in report(name)]


def suite(inner, attributes=""):
    return f"<testsuite {attributes}>{inner}</testsuite>".encode()


def one(inner):
    (case,) = read(suite(f'<testcase name="test_a" classname="tests">{inner}</testcase>'), "r.xml")
    return case


def test_a_report_of_pytest_tells_failures_errors_skips_and_passes():
    assert told("pytest") == [
        ("tests.test_login.TestLogin", "submits the form", "failed"),
        ("tests.test_login.TestLogin", "shows an error [chrome]", "failed"),
        ("tests.test_login", "frees its port", "failed"),
        ("tests.test_login", "passes", "passed"),
        ("tests.test_login", "later", "skipped"),
        ("tests.test_login", "expected", "skipped"),
    ]


def test_a_report_of_playwright_keeps_browsers_apart_and_knows_flaky_tests():
    assert told("playwright") == [
        ("login.spec.ts [chromium]", "Login › submits the form", "failed"),
        ("login.spec.ts [chromium]", "Login › keeps the session", "flaky"),
        ("login.spec.ts [chromium]", "Login › by passkey", "skipped"),
        ("login.spec.ts [webkit]", "Login › submits the form", "passed"),
        ("login.spec.ts [webkit]", "Login › keeps the session", "failed"),
    ]
    assert report("playwright")[4].failures == 2


def test_a_report_of_surefire_tells_reruns_flakes_and_thousands_of_seconds():
    assert told("surefire") == [
        ("shop.CartTest", "adds the same item twice", "failed"),
        ("shop.CartTest", "empties itself", "flaky"),
        ("shop.CartTest", "is kept over night", "skipped"),
        ("shop.CartTest", "totals", "passed"),
    ]
    twice = report("surefire")[0]
    assert (twice.failures, twice.duration_ms, twice.output) == (
        2,
        1_200_250,
        "starting the server",
    )


def test_an_error_begins_with_the_line_that_tells_it():
    first, second, *_ = report("pytest")
    assert first.error.startswith("AssertionError: assert {'status': 200, 'user': 'ada'}")
    assert first.error.endswith("tests/test_login.py:5: AssertionError")
    assert second.error.startswith("TimeoutError: no answer in 5 s\nself = ")
    assert one('<failure message="m" type="t"/>').error == "m"
    assert one('<failure type="AssertionError"/>').error == "AssertionError"
    assert one('<failure message="m">m, at line 3</failure>').error == "m, at line 3"


def test_what_a_flaky_test_printed_is_no_part_of_its_error():
    flaky = report("surefire")[1]
    assert flaky.error.startswith("expected: <0> but was: <1>\norg.opentest4j")
    assert "emptied" not in flaky.error


def test_all_failures_of_one_test_are_told():
    assert one("<failure>a</failure><error>b</error>").error == "a\n\nb"


def test_a_test_without_a_class_is_of_its_file_or_of_its_suite():
    xml = suite('<testcase name="a" file="a.js"/><testcase name="b"/>', 'name="shop"')
    assert [case.where for case in read(xml, "r.xml")] == ["a.js", "shop"]


def test_suites_may_lie_in_suites_and_have_a_namespace():
    inner = suite('<testcase name="a"/>', 'name="inner"').decode()
    xml = suite(f'{inner}<testcase name="b"/>', 'name="outer"').decode()
    made = (
        xml.replace("<", "<j:")
        .replace("<j:/", "</j:")
        .replace("<j:testsuite", '<j:testsuite xmlns:j="x"', 1)
    )
    assert [case.where for case in read(made.encode(), "r.xml")] == ["inner", "outer"]


def test_a_test_that_is_told_again_is_joined():
    def case(verdict):
        return Case("w", "a", verdict, failures=int(verdict is Verdict.FAILED))

    passed, failed, skipped = map(case, (Verdict.PASSED, Verdict.FAILED, Verdict.SKIPPED))
    assert [one.verdict for one in together([failed, passed])] == [Verdict.FLAKY]
    assert [one.verdict for one in together([passed, failed])] == [Verdict.FAILED]
    assert [one.verdict for one in together([failed, passed, failed])] == [Verdict.FAILED]
    assert [one.verdict for one in together([passed, skipped])] == [Verdict.PASSED]
    assert [one.failures for one in together([failed, failed])] == [2]


@pytest.mark.parametrize(
    ("name", "readable"),
    [
        ("test_submits_the_form[chrome-1]", "submits the form [chrome-1]"),
        ("submitsTheForm()", "submits the form"),
        ("testLoginWithURL", "login with URL"),
        ("parses(String)[2]", "parses (String)[2]"),
        ("testing_things", "testing things"),
        ("test", "test"),
        ("Login › test_it stays", "Login › test_it stays"),
    ],
)
def test_a_name_is_read_as_words(name, readable):
    assert Case("", name, Verdict.PASSED).readable == readable


def test_the_same_test_has_the_same_key_in_every_run():
    assert (
        report("pytest")[0].key
        == Case("tests.test_login.TestLogin", "test_submits_the_form", Verdict.PASSED).key
    )
    assert report("playwright")[0].key != report("playwright")[3].key


BOMB = """<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<testsuite><testcase name="&b;"/></testsuite>"""
OUTSIDE = '<?xml version="1.0"?>\n<!DOCTYPE t SYSTEM "file:///etc/passwd">\n<testsuite/>'


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        (BOMB, "r.xml:1: has a document type"),
        (OUTSIDE, "r.xml:2: has a document type"),
        ("<html/>", "r.xml:1: is no test report: it begins with `<html>`"),
        ("<testsuite>\n<testcase", "r.xml:2: is not XML: unclosed token"),
        ("<testsuite>\n</testcase>", "r.xml:2: is not XML: mismatched tag"),
        ('<?xml version="1.0" encoding="klingon"?><testsuite/>', "r.xml:1: has an encoding"),
        ("<testsuite>&nbsp;</testsuite>", "r.xml:1: is not XML: undefined entity"),
    ],
)
def test_what_is_no_safe_report_is_refused_with_its_line(xml, said):
    with pytest.raises(Usage) as raised:
        read(xml.encode(), "r.xml")
    assert raised.value.message.startswith(said)


def test_a_document_type_is_refused_in_utf_16_too():
    assert refused(BOMB.encode("utf-16")).startswith("r.xml:1: has a document type")


def test_a_report_is_told_from_json_by_what_it_begins_with():
    assert is_report(b"\xef\xbb\xbf\n <testsuites/>")
    assert not is_report(b'{"outcome": "success"}')
    assert not is_report(b"")


def test_a_report_in_another_encoding_is_read():
    xml = '<?xml version="1.0" encoding="ISO-8859-1"?><testsuite><testcase name="prüft es"/></testsuite>'
    (case,) = read(xml.encode("latin-1"), "r.xml")
    assert case.name == "prüft es"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("head", ['<?xml version="1.0" encoding="UTF-16"?>', ""])
def test_a_report_in_utf_16_is_told_from_json_and_read(head, encoding):
    xml = f'{head}<testsuite><testcase name="prüft es"/></testsuite>'.encode(encoding)
    assert is_report(xml)
    assert looks(xml)
    assert [case.name for case in read(xml, "r.xml")] == ["prüft es"]


def test_json_in_utf_16_is_no_report():
    assert not is_report('{"outcome": "success"}'.encode("utf-16"))
    assert not looks("<html/>".encode("utf-16"))


@pytest.mark.parametrize("time", ["1e300", "nan", "inf", "-inf", "-1", "1e9", "soon", ""])
def test_a_time_that_no_test_takes_is_left_out(time):
    (case,) = read(suite(f'<testcase name="a" time="{time}"/>'), "r.xml")
    assert case.duration_ms is None


TAGS = [
    "testsuites",
    "testsuite",
    "testcase",
    "failure",
    "flakyError",
    "skipped",
    "system-out",
    "x",
]
PIECES = [
    *(f"<{tag}>" for tag in TAGS),
    *(f"</{tag}>" for tag in TAGS),
    "<testcase name='a'/>",
    "text",
]


def refused(content):
    """Returns what a report is refused with, "" for one that can be read."""
    try:
        read(content, "r.xml")
    except Usage as refusal:
        return refusal.message
    return ""


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_whatever_elements_stand_in_each_other_it_is_read_or_refused(inner):
    said = refused(suite(inner))
    assert not said or said.startswith("r.xml:1: ")


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused_by_name(content):
    said = refused(b"<" + content)
    assert not said or said.startswith("r.xml:")
