"""The report of a test run is imported as it is learned from."""

REPORT = (
    '<testsuite><testcase classname="tests.test_cart" name="test_empties_the_cart">'
    '<failure message="1 item left">cart.py:21</failure></testcase></testsuite>'
)


def outcomes(alma):
    return alma.json("list", "--kind", "outcome", "--agent", "qa_tester")["memories"]


def test_a_report_is_shown_and_not_written_without_apply(shop):
    shop.files({"report.xml": REPORT})
    before = len(outcomes(shop))
    ran = shop("import", "report.xml", "--agent", "qa_tester")
    assert ran.status == 0
    assert "empties-the-cart" in ran.out
    assert "nothing is written yet; add `--apply`" in ran.err
    assert len(outcomes(shop)) == before


def test_applied_it_is_one_event_and_known_to_learn_afterwards(shop):
    shop.files({"report.xml": REPORT})
    told = shop.json("import", "report.xml", "--agent", "qa_tester", "--apply")
    assert told["tests"] == {"run": 1, "failed": 1, "mended": 0, "known": 0}
    again = shop.json("learn", "--from", "report.xml", "--agent", "qa_tester")
    assert (again["event"], again["tests"]["known"]) == (None, 1)


def test_a_report_in_utf_16_is_known_for_one(shop):
    head = '<?xml version="1.0" encoding="utf-16"?>'
    shop.files({"report.xml": f"{head}{REPORT}".encode("utf-16")})
    told = shop.json("import", "report.xml", "--agent", "qa_tester")
    assert told["tests"]["failed"] == 1


def test_a_report_that_learn_refuses_as_too_large_is_refused_here_too(shop):
    shop.files({"report.xml": REPORT + " " * 16 * 1024 * 1024})
    told = [
        shop("learn", "--from", "report.xml", "--agent", "qa_tester"),
        shop("import", "report.xml", "--agent", "qa_tester"),
    ]
    assert [ran.status for ran in told] == [2, 2]
    assert told[0].err == told[1].err


def test_xml_is_not_taken_for_a_report_and_a_report_takes_no_map(shop):
    shop.files({"page.md": "<div>\n\n# Deploys\n\nTuesdays.\n", "report.xml": REPORT, "m.toml": ""})
    shop.ok("import", "page.md", "--as", "markdown", "--agent", "qa_tester")
    refused = shop("import", "report.xml", "--map", "m.toml", "--agent", "qa_tester")
    assert refused.status == 2
    assert "`--map` means nothing" in refused.err
