"""`alma probe`: questions whose answer is watched, in `probes.toml`."""

import pytest

from alma_cli.errors import BadConfig
from alma_cli.probes import parsed

SLEEP = "8ab27pwz4c"
FORMS = "k3f9x2m7qd"
WAITING = "waiting for elements"


@pytest.fixture
def written(shop):
    """Writes `probes.toml` by hand."""

    def write(text):
        (shop.store / "probes.toml").write_text(text)
        return shop

    return write


@pytest.fixture
def probed(shop):
    """The example store with a probe that holds."""
    shop.ok("probe", "add", WAITING, "--agent", "qa_tester", "--must", "8ab2")
    return shop


def probe(query=WAITING, **more):
    lines = ["[[probe]]", 'agent = "qa_tester"', f'query = "{query}"']
    return "\n".join([*lines, *(f"{key} = {value}" for key, value in more.items())]) + "\n"


def test_add_writes_the_question_with_whole_ids_as_one_event(probed):
    text = (probed.store / "probes.toml").read_text()
    assert text == probe(must=f'["{SLEEP}"]')
    subject = probed.git("log", "-1", "--format=%s").strip()
    assert subject == f'qa_tester: ask qa_tester "{WAITING}"'
    assert probed.git("status", "--porcelain") == ""


def test_add_keeps_what_a_person_wrote_byte_for_byte(written):
    by_hand = f"# Ours.\r\n{probe('forms')}".replace("\n", "\r\n").replace("\r\r", "\r")
    shop = written("")
    (shop.store / "probes.toml").write_bytes(by_hand.encode())
    shop.commit_by_hand()
    shop.ok("probe", "add", WAITING, "--agent", "qa_tester")
    after = (shop.store / "probes.toml").read_bytes().decode()
    assert after.startswith(by_hand)
    assert after[len(by_hand) :] == f"\n{probe()}".replace("\n", "\r\n")


def test_the_same_question_is_not_added_twice(probed):
    ran = probed("probe", "add", WAITING, "--agent", "qa_tester")
    assert ran.status == 2
    assert ran.err.startswith("error: `qa_tester` is asked that already, in line 1 of")


def test_a_layout_that_takes_no_more_is_left_alone(written):
    text = 'probe = [{agent = "qa_tester", query = "forms"}]\n'
    ran = written(text)("probe", "add", WAITING, "--agent", "qa_tester")
    assert ran.status == 2
    assert "the layout of `probes.toml` does not let a command edit it" in ran.err


def test_add_refuses_an_unknown_id_and_a_secret(shop):
    assert shop("probe", "add", WAITING, "--must", "zzzz").status == 1
    assert shop("probe", "add", "Where does AKIAIOSFODNN7ABCDEFG go?").status == 3
    assert not (shop.store / "probes.toml").exists()


def test_add_refuses_what_no_answer_can_be(shop):
    ran = shop("probe", "add", WAITING, "--must", "8ab2", "--must-not", "8ab27")
    assert (ran.status, ran.err) == (
        2,
        "error: the answer cannot both have `8ab27pwz4c` and not have it\n",
    )
    assert not (shop.store / "probes.toml").exists()


@pytest.mark.parametrize(
    ("query", "said"),
    [(" ", "the question is empty"), ("x" * 2001, "the question is longer than 2000 bytes")],
)
def test_add_says_what_is_wrong_with_a_question(shop, query, said):
    ran = shop("probe", "add", query)
    assert (ran.status, ran.err) == (2, f"error: {said}\n")


def test_undo_takes_a_probe_back(probed):
    probed.ok("undo")
    assert probed.json("probe", "list")["probes"] == []


def test_list_tells_them_in_their_order(probed):
    probed.ok("probe", "add", "forms", "--agent", "qa_tester", "--must-not", "8ab2")
    assert probed.ok("probe", "list") == (
        f'qa_tester "{WAITING}"; must have {SLEEP}\nqa_tester "forms"; must not have {SLEEP}\n'
    )


def test_run_is_content_with_what_is_as_expected(probed):
    ran = probed("probe", "run")
    assert ran.status == 0
    assert ran.out == f'kept: qa_tester "{WAITING}"; must have {SLEEP}\n'


def test_run_fails_when_an_answer_lacks_what_it_must_have(probed):
    probed.ok("forget", "8ab2", "--reason", "Wrong")
    ran = probed("probe", "run")
    assert ran.status == 1
    assert (
        f"  must have {SLEEP}, which is not in the answer: there is no such memory any more\n"
        in ran.out
    )
    assert ran.err == "1 of 1 probe violated\n"


def test_run_fails_when_an_answer_has_what_it_must_not_have(shop):
    shop.ok("probe", "add", WAITING, "--agent", "qa_tester", "--must-not", "8ab2")
    (told,) = shop("probe", "run", "--json").json["probes"]
    assert told["violated"] == [f"must not have {SLEEP}, which is in the answer"]


def test_what_replaced_a_memory_answers_for_it(probed):
    probed.ok("supersede", "8ab2", "Sleeping while waiting for elements", "--better", "Wait")
    assert probed("probe", "run").status == 0


def test_run_asks_the_project_alone_whatever_a_person_keeps_for_themselves(probed):
    asked = probed.ok("probe", "run", "--json")
    probed.ok("add", "preference", "--user", "Waiting for elements: never")
    assert probed.ok("probe", "run", "--json") == asked


def test_an_agent_that_is_not_there_violates_its_probe(written):
    shop = written(probe().replace("qa_tester", "ghost"))
    ran = shop("probe", "run")
    assert ran.status == 1
    assert "agent `ghost` is not in the configuration" in ran.out


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (probe(mustt="[]"), 4, "`mustt` is not a known key"),
        (f"{probe()}\n{probe('forms', must='3')}", 8, "`must` is not a list of strings"),
        (probe(must='["8ab2"]'), 4, "`must` holds `8ab2`, which is no whole id"),
        (probe(""), 3, "`query` is empty"),
        ('\n[[probe]]\nquery = "a"\n', 2, "a probe has no `agent`"),
        (f"{probe()}\n{probe()}", 5, "asks what the probe in line 1 asks"),
        (
            probe(must='["8ab27pwz4c"]', must_not='["8ab27pwz4c"]'),
            5,
            "`must_not` holds `8ab27pwz4c`",
        ),
        ('[probes]\na = "b"\n', 1, "`probes` is not a known key"),
        ("probe = 3\n", 1, "`probe` is no list of tables: write `[[probe]]`"),
        ("[[probe\n", 1, "expected ']]'"),
        ("""[[ probe ]]\nagent = 'a'\nquery = '''\n[[probe]]\nx'''\nmust = 3\n""", 6, "`must` is"),
        (probe(agent="3"), 4, "cannot overwrite a value"),
        ("\n".join(map(probe, map(str, range(201)))), 1, "holds 201 probes, and 200 are the most"),
    ],
)
def test_a_complaint_names_file_and_line(text, line, said):
    with pytest.raises(BadConfig) as raised:
        parsed(text.encode(), "probes.toml")
    assert raised.value.message.startswith(f"probes.toml:{line}: {said}")


def test_a_file_that_cannot_be_used_ends_the_command_with_2(written):
    ran = written(probe(mustt="[]"))("probe", "list")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.endswith(
        "probes.toml:4: `mustt` is not a known key\nhint: did you mean `must`?\n"
    )


def test_mine_proposes_the_tasks_of_outcomes_with_the_lessons_they_taught(shop):
    for _ in range(2):
        shop.ok(
            *("learn", "--failure", "--agent", "qa_tester", "--task", "Test the checkout page"),
            *("--strategy", "Click before the checkout page is loaded"),
            *("--domain", "testing_strategies"),
        )
    before = shop.git("rev-parse", "HEAD")
    told = shop.json("probe", "mine")
    (first,) = (each for each in told["probes"] if "checkout" in each["query"])
    (lesson,) = (m for m in shop.json("list")["memories"] if m["title"].startswith("Click before"))
    assert (first["query"], first["must"]) == ("Test the checkout page", [lesson["id"]])
    assert len(told["probes"]) == 10
    assert shop.git("rev-parse", "HEAD") == before
    assert not (shop.store / "probes.toml").exists()


def test_mine_applied_is_one_event_of_probes_that_hold_and_proposes_no_more(shop):
    proposed = shop.json("probe", "mine", "-k", "100")["probes"]
    assert len(proposed) > 10
    shop.ok("probe", "mine", "--apply", "-k", "100")
    assert shop.json("probe", "list")["probes"] == proposed
    assert shop.json("probe", "run")["ok"]
    assert shop.json("probe", "mine", "--apply")["probes"] == []
    assert len(shop.git("log", "--format=%s", "--", ".alma/probes.toml").splitlines()) == 1
