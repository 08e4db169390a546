"""`alma learn --from report.xml`: failed tests become outcomes, and passing ones close the loop."""

import json
from pathlib import Path

import pytest
from support.tree import bytes_below

PYTEST = Path(__file__).with_name("reports") / "pytest.xml"


def report(**cases):
    """Returns a report in which each of the named tests passes (None) or fails with a text."""
    inner = "".join(
        f'<testcase classname="tests.test_cart" name="test_{name}">'
        + (f'<failure message="{error}"/>' if error else "")
        + "</testcase>"
        for name, error in cases.items()
    )
    return f'<testsuite name="pytest">{inner}</testsuite>'


@pytest.fixture
def qa(alma):
    """A store with an agent, without commits, which is quicker."""
    config = 'default_agent = "qa"\n[agents.qa]\ncannot_learn = ["billing"]\n[agents.dev]\n'
    alma.files({".alma/config.toml": f"{config}[git]\ncommit = false\n"})
    return alma


def outcomes(alma, *flags):
    found = alma.json("list", "--kind", "outcome", *flags)["memories"]
    return sorted(found, key=lambda one: one["created"])


def counted(alma, xml, *flags):
    ran = alma("learn", "--from", "-", "--json", *flags, stdin=xml)
    assert ran.status == 0, ran
    return ran.json["tests"]


def test_every_failed_test_becomes_an_outcome_and_all_are_one_event(alma):
    alma.ok("init", "--agent", "qa")
    alma.files({"report.xml": PYTEST.read_bytes()})
    told = alma.ok("learn", "--from", "report.xml")
    assert told.startswith("recorded 3 failed tests, of 6 tests\n")
    newest, before = alma.json("log")["events"]
    assert (newest["summary"], len(newest["memories"])) == ("3 failed tests in report.xml", 3)
    assert before["verb"] == "init"
    (first,) = (one for one in outcomes(alma) if one["task"] == "submits the form")
    assert first["result"] == "failure"
    assert first["strategy"] == "Run submits the form (tests.test_login.TestLogin)"
    assert first["error"].startswith("AssertionError: assert {'status': 200")


def test_a_failed_test_makes_no_lesson(qa):
    counted(qa, report(empties="boom"))
    assert qa.json("list")["memories"] == []
    assert outcomes(qa)[0]["lessons"] == []


def test_the_same_report_again_writes_nothing(qa):
    xml = report(empties="boom", totals=None)
    counted(qa, xml)
    before = bytes_below(qa.store / "agents")
    assert counted(qa, xml) == {"run": 2, "failed": 0, "mended": 0, "known": 1}
    assert bytes_below(qa.store / "agents") == before
    assert "nothing new in 2 tests" in qa.ok("learn", "--from", "-", stdin=xml)


def test_another_run_in_which_it_still_fails_is_recorded(qa):
    counted(qa, report(empties="boom"))
    assert counted(qa, report(empties="boom", totals=None))["failed"] == 1


def test_a_test_that_passes_again_closes_the_loop_once(qa):
    counted(qa, report(empties="boom", totals=None))
    mended = report(empties=None, totals=None)
    assert counted(qa, mended) == {"run": 2, "failed": 0, "mended": 1, "known": 0}
    failure, success = outcomes(qa)
    assert (failure["result"], success["result"]) == ("failure", "success")
    assert success["task"] == failure["task"] == "empties"
    assert counted(qa, report(empties=None))["mended"] == 0
    assert counted(qa, report(empties="again"))["failed"] == 1


def test_what_mended_it_is_asked_with_the_command_to_answer(qa):
    counted(qa, report(empties="boom"))
    ran = qa("learn", "--from", "-", stdin=report(empties=None))
    assert "what mended it? `alma learn --success --agent qa --task empties --strategy" in ran.err


def test_a_skipped_test_closes_nothing(qa):
    counted(qa, report(empties="boom"))
    skipped = report(empties="x").replace('<failure message="x"/>', "<skipped/>")
    assert counted(qa, skipped) == {"run": 1, "failed": 0, "mended": 0, "known": 0}


def test_each_agent_has_its_own_loop(qa):
    counted(qa, report(empties="boom"))
    assert counted(qa, report(empties=None), "--agent", "dev")["mended"] == 0


def test_secrets_are_cut_out_of_names_and_errors(qa):
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0" + "k1L2m3N4o5P6q7R8"
    xml = report(empties=f"Authorization failed for {token}").replace(
        "test_empties", f"test_empties[{token}]"
    )
    ran = qa("learn", "--from", "-", stdin=xml)
    assert ran.status == 0
    assert "warning: secrets were cut out: github-token" in ran.err
    assert token.encode() not in b"".join(bytes_below(qa.store).values())
    ran = qa("learn", "--from", "-", stdin=report(**{token: "boom"}))
    assert "warning: secrets were cut out: github-token" in ran.err
    assert outcomes(qa)[1]["task"] == "test [redacted: github-token]"


def test_a_name_of_any_length_is_kept_in_short_and_known_in_full(qa):
    xml = report(**{f"parses[{'x' * 60_000}]": "boom", "totals": "boom"})
    assert counted(qa, xml)["failed"] == 2
    assert max(len(one["task"]) for one in outcomes(qa)) < 250
    assert counted(qa, xml)["known"] == 2


def test_colours_are_left_out_and_of_a_long_error_both_ends_stay(qa):
    long = "&#10;".join(f"line {number} {'x' * 80}" for number in range(200))
    counted(qa, report(empties=f"first {long} last"))
    (one,) = outcomes(qa)
    assert one["error"].startswith("first line 0")
    assert one["error"].endswith("last")
    assert len(one["error"].encode()) < 4200


def test_what_scope_forbids_is_left_out_and_named_and_the_rest_is_recorded(qa):
    words = "the invoice of the payment and the refund of a subscription"
    qa.ok("domain", "add", "billing", "--keyword", "invoice,payment,refund,subscription")
    xml = report(empties="boom", x="boom").replace("test_x", words)
    ran = qa("learn", "--from", "-", stdin=xml)
    assert ran.status == 0
    assert "warning: left out: the invoice" in ran.err
    assert [one["task"] for one in outcomes(qa)] == ["empties"]
    assert qa("learn", "--from", "-", stdin=report(x="boom").replace("test_x", words)).status == 3


def test_a_report_of_which_a_part_was_refused_can_be_learned_from_again(qa):
    qa.ok("domain", "add", "billing", "--keyword", "invoice,payment,refund,subscription")
    xml = report(empties="boom", x="boom").replace("test_x", "the invoice, payment and refund")
    first, again = (qa("learn", "--from", "-", "--json", stdin=xml) for _ in range(2))
    assert (first.status, again.status) == (0, 0)
    assert again.json["tests"]["known"] == len(again.json["left_out"]) == 1


def test_a_test_without_any_name_is_left_out_and_the_rest_is_recorded(qa):
    nameless = '<testcase><failure message="boom"/></testcase>'
    xml = report(empties="boom").replace("</testsuite>", f"{nameless}</testsuite>")
    ran = qa("learn", "--from", "-", stdin=xml.replace('name="pytest"', ""))
    assert "warning: left out: a test without a name: a failed test has no name" in ran.err
    assert [one["task"] for one in outcomes(qa)] == ["empties"]


def test_a_test_without_a_name_of_its_own_goes_by_its_class_or_its_suite(qa):
    xml = '<testsuite name="shop"><testcase><failure message="boom"/></testcase></testsuite>'
    counted(qa, xml)
    assert [one["strategy"] for one in outcomes(qa)] == ["Run shop"]


def test_a_domain_that_is_forbidden_refuses_all_of_it(qa):
    ran = qa("learn", "--from", "-", "--domain", "billing", stdin=report(empties="boom"))
    assert ran.status == 3
    assert "`cannot_learn` holds" in ran.err


def test_domain_and_tags_are_those_of_every_outcome(qa):
    counted(qa, report(empties="boom"), "--domain", "cart", "--tag", "nightly")
    (one,) = outcomes(qa)
    assert (one["domain"], one["tags"]) == ("cart", ["nightly"])


def test_a_dry_run_shows_the_plan_and_writes_nothing(qa):
    before = bytes_below(qa.store / "agents") if (qa.store / "agents").exists() else {}
    told = qa.ok("learn", "--from", "-", "--dry-run", stdin=report(empties="boom"))
    assert "would have: recorded 1 failed test, of 1 test" in told
    assert "  new    agents/qa/outcomes/2026-11/run-empties" in told
    assert outcomes(qa) == []
    assert before == {}


def test_a_report_that_is_too_large_is_named(qa, monkeypatch):
    monkeypatch.setattr("alma_cli.cli.learn_input.MOST_INPUT", 20)
    qa.files({"report.xml": report(empties="boom")})
    assert "`report.xml` is larger than" in qa("learn", "--from", "report.xml").err


def test_who_asks_is_told_that_it_failed_and_that_it_passes_again(qa):
    counted(qa, report(empties_the_cart="boom"))
    counted(qa, report(empties_the_cart=None))
    told = qa.ok("recall", "emptying the cart", "--kind", "outcome")
    assert "Error: boom." in told
    assert "Note: It failed before, and passes again." in told


def test_undo_takes_a_report_back_and_it_can_be_learned_again(alma):
    alma.ok("init", "--agent", "qa")
    xml = report(empties="boom")
    counted(alma, xml)
    alma.ok("undo")
    assert counted(alma, xml)["failed"] == 1


def test_a_failed_test_is_recalled_by_its_name_and_not_told_twice(qa):
    counted(qa, report(empties_the_cart="boom"))
    told = qa.ok("recall", "emptying the cart", "--kind", "outcome")
    assert "Run empties the cart (tests.test_cart). Error: boom." in told
    assert "Task:" not in told
    assert json.loads(qa.ok("recall", "emptying the cart", "--json", "--kind", "outcome"))["hits"]
