"""What a finished task teaches: one outcome, at most one lesson, one event."""

import pytest
from support.tree import bytes_below

ASYNC = "8ab27pwz4c"
FORMS = "k3f9x2m7qd"


@pytest.fixture
def qa(alma):
    """A store with the agent `qa`, without commits, which is quicker."""
    config = 'default_agent = "qa"\n[agents.qa]\n[git]\ncommit = false\n'
    alma.files({".alma/config.toml": config})
    return alma


def learn(alma, result, strategy, *more, task="Test the login form"):
    """Learns, and returns the document of the lesson it is about."""
    told = alma.json("learn", f"--{result}", "--task", task, "--strategy", strategy, *more)
    return alma.json("show", told["lesson"]["id"])


def lessons(alma):
    return [(each["kind"], each["title"]) for each in alma.json("list")["memories"]]


@pytest.mark.parametrize(
    ("result", "kind", "mean"),
    [("success", "heuristic", 2 / 3), ("failure", "anti-pattern", 2 / 3)],
)
def test_the_first_outcome_makes_a_tentative_lesson(qa, result, kind, mean):
    lesson = learn(qa, result, "Fill one field at a time")
    assert (lesson["kind"], lesson["title"]) == (kind, "Fill one field at a time")
    assert (lesson["origin"], lesson["status"]) == ("learned", "tentative")
    assert lesson["evidence"] == {"for": 1, "against": 0}
    assert lesson["confidence"] == pytest.approx(mean, abs=1e-4)
    (outcome,) = lesson["outcomes"]
    assert (outcome["result"], outcome["task"]) == (result, "Test the login form")
    assert outcome["strategy"] == "Fill one field at a time"


def test_outcome_and_lesson_are_one_commit_of_one_event(alma):
    alma.ok("init", "--agent", "qa")
    told = alma.json("learn", "--failure", "--task", "Test it", "--strategy", "Click twice")
    names = alma.git("show", "--name-only", "--format=", "HEAD").split()
    assert sorted(names) == sorted(f".alma/{each['path']}" for each in told["written"])
    message = alma.git("show", "--no-patch", "--format=%B", "HEAD")
    assert message.startswith('qa: avoid "Click twice"\n')
    assert f"Alma-Event: {told['event']}\n" in message
    for path in names:
        assert f'event = "{told["event"]}"' in (alma.folder / path).read_text()


def test_the_same_strategy_strengthens_the_lesson_and_makes_no_second_one(qa):
    learn(qa, "success", "Use Redis for sessions")
    for said in ("use redis for sessions.", "Use Redis for session", "Use  REDIS for the sessions"):
        lesson = learn(qa, "success", said)
    assert lessons(qa) == [("heuristic", "Use Redis for sessions")]
    assert lesson["evidence"] == {"for": 4, "against": 0}
    assert lesson["status"] == "established"


def test_the_output_names_the_lesson_and_the_similarity(qa):
    first = qa.json("learn", "--success", "--task", "a", "--strategy", "Use Redis for sessions")
    assert first["lesson"]["new"] is True
    assert first["lesson"]["similarity"] is None
    again = qa.json("learn", "--success", "--task", "b", "--strategy", "use redis for session")
    assert again["lesson"] == {"id": first["lesson"]["id"], "new": False, "similarity": 1.0}
    said = qa.ok("learn", "--success", "--task", "c", "--strategy", "Use Redis for sessions")
    assert said == (
        f'recorded success for heuristic {first["lesson"]["id"]} "Use Redis for sessions"'
        " (similarity 1.00)\n"
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Use Redis", "Do not use Redis"),
        ("Use Redis", "Never use Redis"),
        ("Wait 30 s for the page", "Wait 60 s for the page"),
        ("Enable the cache for images", "Disable the cache for images"),
        ("Call get_user() in the view", "Call get_order() in the view"),
        ("Migrate from MySQL to Postgres", "Migrate from Postgres to MySQL"),
    ],
)
def test_opposites_stay_apart(qa, one, other):
    learn(qa, "success", one)
    learn(qa, "success", other)
    assert sorted(lessons(qa)) == sorted([("heuristic", one), ("heuristic", other)])


def test_a_near_miss_is_told_with_the_way_to_say_that_it_is_the_same(shop):
    strategy = "Validate the forms field by field incrementally"
    ran = shop("learn", "--success", "--task", "Test the tax form", "--strategy", strategy)
    assert "learned heuristic" in ran.out
    assert "near k3f9 (0.75)" in ran.err
    assert "`--lesson k3f9`" in ran.err


def test_a_near_miss_that_is_an_opposite_is_told_with_what_is_different(qa):
    lesson = learn(qa, "success", "Use Redis for sessions")
    ran = qa("learn", "--failure", "--task", "b", "--strategy", "Do not use Redis for sessions")
    assert f"near {lesson['id'][:4]} (" in ran.err
    assert "one of them is negated" in ran.err


def test_three_outcomes_settle_a_learned_lesson(qa):
    status = [learn(qa, "success", "Seed the database")["status"] for _ in range(3)]
    assert status == ["tentative", "tentative", "established"]


def test_failures_refute_what_was_learned(qa):
    learn(qa, "success", "Seed the database")
    for _ in range(5):
        lesson = learn(qa, "failure", "Seed the database")
    assert lesson["kind"] == "heuristic"
    assert lesson["status"] == "refuted"
    assert lesson["confidence"] <= 0.3


def test_a_failure_of_a_heuristic_lowers_it_and_makes_no_anti_pattern(shop):
    before = shop.json("show", FORMS)
    ran = shop(
        *("learn", "--failure", "--task", "Test the tax form"),
        *("--strategy", "Validate forms incrementally"),
    )
    assert "recorded failure against heuristic" in ran.out
    after = shop.json("show", FORMS)
    assert after["confidence"] < before["confidence"]
    assert after["evidence"]["against"] == before["evidence"]["against"] + 1


def test_a_success_counts_a_fifth_against_an_anti_pattern(qa):
    lesson = learn(qa, "failure", "Click twice")
    ran = qa("learn", "--success", "--task", "b", "--strategy", "Click twice")
    assert "recorded success against anti-pattern" in ran.out
    after = qa.json("show", lesson["id"])
    assert after["evidence"] == {"for": 1, "against": 1}
    assert after["confidence"] == pytest.approx(2 / 3.2, abs=1e-4)
    assert len(lessons(qa)) == 1


def test_what_a_person_wrote_is_not_refuted_by_failures_alone(qa):
    heuristic = qa.json("add", "heuristic", "Seed the database")["written"][0]["id"]
    for _ in range(12):
        lesson = learn(qa, "failure", "Seed the database")
    assert (lesson["id"], lesson["status"]) == (heuristic, "contested")
    qa.ok("feedback", heuristic, "--harmful")
    assert qa.json("show", heuristic)["status"] == "refuted"


def test_evidence_loses_half_its_weight_in_90_days(qa):
    lesson = learn(qa, "success", "Seed the database")
    qa.later(days=90)
    assert qa.json("show", lesson["id"])["confidence"] == pytest.approx(1.5 / 2.5, abs=1e-3)


def test_a_lesson_that_is_named_gets_the_evidence_without_matching(shop):
    before = shop.json("show", FORMS)
    told = shop.json(
        *("learn", "--success", "--task", "Test the address form", "--lesson", FORMS[:4]),
        *("--strategy", "One field after the other"),
    )
    assert told["lesson"] == {"id": FORMS, "new": False, "similarity": None}
    assert [each["kind"] for each in told["written"]] == ["outcome"]
    after = shop.json("show", FORMS)
    assert after["evidence"]["for"] == before["evidence"]["for"] + 1
    assert after["confidence"] > before["confidence"]


UNRECORDED = [
    (["--lesson", "zzzz"], 1, "no memory has an id"),
    (["--lesson", "8a"], 2, "too short"),
    (["--lesson", "1zbe"], 2, "is no lesson but a knowledge"),
    (["--lesson", "8ab2", "--new"], 2, "`--lesson` names a lesson and `--new` asks"),
    (["--why-bad", "slow"], 2, "tell of a failure"),
    (["--better", "wait"], 2, "tell of a failure"),
    (["--failure"], 2, "either `--success` or `--failure`"),
    (["--agent", "nobody"], 2, "is not in the configuration"),
    (["--domain", "a b"], 2, "is not a name for a domain"),
    (["--workflow", "../x"], 2, "is not a name for a workflow"),
]


def test_what_cannot_be_recorded_writes_nothing(shop):
    before = bytes_below(shop.folder)
    for flags, status, said in UNRECORDED:
        ran = shop("learn", "--success", "--task", "Test it", "--strategy", "Click once", *flags)
        assert (flags, ran.status) == (flags, status)
        assert said in ran.err
    assert bytes_below(shop.folder) == before


def test_a_prefix_of_several_ids_is_ambiguous_and_names_them(alma):
    alma.ok("init", "--agent", "qa")
    for n in (1, 2):
        alma.files(
            {
                f".alma/agents/qa/heuristics/{n}.md": f'+++\nid = "abcd00000{n}"\n+++\n# Way {n}\n',
            }
        )
    ran = alma("learn", "--success", "--task", "a", "--strategy", "b", "--lesson", "abcd")
    assert ran.status == 2
    assert 'abcd000001 "Way 1", abcd000002 "Way 2"' in ran.err
    warned = alma("learn", "--success", "--task", "a", "--strategy", "b", "--used", "abcd")
    assert warned.status == 0
    assert "`--used abcd` is left out: `abcd` begins the ids of 2 memories" in warned.err


def test_new_makes_a_lesson_of_its_own(qa):
    first = learn(qa, "success", "Seed the database")
    second = learn(qa, "success", "Seed the database", "--new")
    assert first["id"] != second["id"]
    assert len(lessons(qa)) == 2


def test_what_was_used_gets_a_vote_of_weight_three_tenths(qa):
    used = qa.json("add", "heuristic", "Warm the cache first")["written"][0]["id"]
    before = qa.json("show", used)["confidence"]
    learn(qa, "success", "Seed the database", "--used", used[:5])
    after = qa.json("show", used)
    assert after["evidence"] == {"for": 1, "against": 0}
    assert before == pytest.approx(2 / 2.5, abs=1e-4)
    assert after["confidence"] == pytest.approx(2.3 / 2.8, abs=1e-4)
    learn(qa, "failure", "Seed the cache", "--used", used)
    assert qa.json("show", used)["evidence"] == {"for": 1, "against": 1}


def test_a_failure_says_nothing_against_a_warning_that_was_heeded(qa):
    used = qa.json("add", "anti-pattern", "Click twice")["written"][0]["id"]
    before = qa.json("show", used)["confidence"]
    learn(qa, "failure", "Seed the database", "--used", used)
    after = qa.json("show", used)
    assert after["confidence"] == before
    assert after["evidence"] == {"for": 0, "against": 0}


def test_an_unknown_used_id_is_a_warning_and_the_outcome_is_kept(shop):
    ran = shop(
        *("learn", "--success", "--task", "Test it", "--strategy", "Click once", "--json"),
        *("--used", "zzzz", "--used", "8ab2,k3f9"),
    )
    assert ran.status == 0
    assert ran.json["warnings"] == [
        "`--used zzzz` is left out: no memory has an id that begins with `zzzz`"
    ]
    outcome = next(each["id"] for each in ran.json["written"] if each["kind"] == "outcome")
    assert shop.json("show", outcome)["used"] == [ASYNC, FORMS]


@pytest.mark.parametrize("strategy", ["sleep(5000) before clicking", "await sleep(250)"])
def test_a_hit_of_a_guard_is_a_match(shop, strategy):
    told = shop.json("learn", "--failure", "--task", "Test the login form", "--strategy", strategy)
    assert told["lesson"] == {"id": ASYNC, "new": False, "similarity": 1.0}


def test_a_strategy_that_turns_away_from_a_guarded_one_is_no_hit(shop):
    told = shop.json(
        *("learn", "--success", "--task", "Test the login form"),
        *("--strategy", "Wait for the heading instead of sleep(5000)"),
    )
    assert told["lesson"]["new"] is True


def test_why_and_what_instead_become_sections(qa):
    qa.ok(
        *("learn", "--failure", "--task", "Test it", "--strategy", "Click twice"),
        *("--why-bad", "The order is sent twice", "--better", "Disable the button"),
    )
    assert qa.text("anti-patterns/click-twice").endswith(
        "+++\n# Click twice\n\n## Why it is bad\nThe order is sent twice\n\n"
        "## Do instead\nDisable the button\n"
    )


def test_what_a_lesson_lacks_is_filled_in_and_what_it_has_is_kept(qa):
    learn(qa, "failure", "Click twice", "--why-bad", "The order is sent twice")
    lesson = learn(qa, "failure", "Click twice", "--why-bad", "Other", "--better", "Wait")
    assert (lesson["why"], lesson["better"]) == ("The order is sent twice", "Wait")
    lesson = learn(qa, "failure", "Click twice", "--better", "Yet another")
    assert lesson["better"] == "Wait"


def test_an_outcome_keeps_what_it_was_told(qa):
    told = qa.json(
        *("learn", "--failure", "--task", "Test the\ncart", "--strategy", "Click twice"),
        *("--error", "Timeout after 30 s\n  at cart.ts:7", "--note", "Only on CI"),
        *("--tag", "Cart,ci", "--tag", "ci", "--workflow", "Deploy-v2", "--duration-ms", "41800"),
        *("--domain", "Testing/Cart"),
    )
    id_ = next(each["id"] for each in told["written"] if each["kind"] == "outcome")
    outcome = qa.json("show", id_)
    assert outcome["error"] == "Timeout after 30 s\n  at cart.ts:7"
    assert outcome["notes"] == "Only on CI"
    assert outcome["task"] == "Test the\ncart"
    assert outcome["tags"] == ["cart", "ci"]
    assert outcome["workflow"] == "deploy-v2"
    assert outcome["duration_ms"] == 41800
    assert outcome["domain"] == "testing/cart"
    assert outcome["lessons"] == [told["lesson"]["id"]]
    assert outcome["created"] == "2026-11-22T12:00:00Z"


def test_an_error_and_a_note_can_come_from_standard_input(qa):
    command = ("learn", "--failure", "--task", "Test it", "--strategy", "Click twice")
    qa.ok(*command, "--error", "-", stdin="line 1\nline 2\n")
    qa.ok(*command, "--note", "-", stdin="a note\n")
    errors = [
        (each["error"], each["notes"]) for each in qa.json("list", "--kind", "outcome")["memories"]
    ]
    assert sorted(errors) == [("", "a note"), ("line 1\nline 2", "")]


def test_outcomes_and_older_lessons_are_never_rewritten(qa):
    learn(qa, "failure", "Click twice", "--why-bad", "Sent twice", "--better", "Wait")
    before = bytes_below(qa.store / "agents")
    for _ in range(3):
        learn(qa, "failure", "Click twice", "--why-bad", "Sent twice", "--better", "Wait")
    after = bytes_below(qa.store / "agents")
    assert before.items() <= after.items()
    assert len(after) == len(before) + 3


def test_a_long_strategy_becomes_a_title_of_one_line_and_the_rest_goes_on_below(qa):
    lesson = learn(qa, "success", "First line\nand a second\n" + "word " * 100)
    assert lesson["title"] == "First line"
    assert lesson["text"].startswith("and a second\nword word")
    lesson = learn(qa, "success", "word " * 100)
    assert len(lesson["title"]) <= 200
    assert (lesson["title"] + " " + lesson["text"]).split() == ["word"] * 100


def test_without_a_domain_the_nearest_is_taken_and_said(shop):
    ran = shop("learn", "--success", "--task", "Find the button", "--strategy", "Locate it by role")
    assert ran.err.startswith("domain: ")
    lesson = shop.json("list", "--kind", "heuristic", "--agent", "qa_tester")["memories"]
    (made,) = (each for each in lesson if each["title"] == "Locate it by role")
    assert made["domain"] in {"testing_strategies", "selector_patterns"}


def test_a_domain_that_is_given_is_taken_without_a_word(shop):
    ran = shop(
        *("learn", "--success", "--task", "Find it", "--strategy", "Locate it by role"),
        *("--domain", "selector_patterns"),
    )
    assert ran.err == ""


def test_the_outcome_of_a_known_lesson_has_its_domain(shop):
    told = shop.json("learn", "--failure", "--task", "Test", "--strategy", "sleep(10) and click")
    assert shop.json("show", told["written"][0]["id"])["domain"] == "testing_strategies"


def test_where_nothing_is_near_an_agent_with_a_list_learns_into_its_first_entry(alma):
    alma.ok("init", "--agent", "free")
    alma.ok("agent", "add", "bound", "--can-learn", "testing", "--can-learn", "layout")
    alma.ok("agent", "add", "single", "--can-learn", "layout")
    said = ("learn", "--success", "--task", "zig", "--strategy", "zag zog", "--agent")
    assert "domain: general (nothing is near)" in alma(*said, "free").err
    assert "domain: testing (nothing is near; the first one" in alma(*said, "bound").err
    assert "domain: layout (the only one this agent learns)" in alma(*said, "single").err


def test_missing_flags_are_listed_off_a_terminal(qa):
    before = bytes_below(qa.folder)
    ran = qa("learn", "--failure")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("error: missing `--task` and `--strategy`\nhint: ")
    assert qa("learn", "--failure", "--task", "a").err.startswith("error: missing `--strategy`\n")
    assert qa("learn", "--failure", "--task", " ", "--strategy", "b").err.startswith(
        "error: missing `--task`\n"
    )
    assert bytes_below(qa.folder) == before


def test_without_any_agent_nothing_is_learned(alma):
    alma.ok("init")
    ran = alma("learn", "--success", "--task", "a", "--strategy", "b")
    assert ran.status == 2
    assert "no agent is given" in ran.err
    assert "`--agent`, `ALMA_AGENT`, or `default_agent`" in ran.err


def test_the_agent_comes_from_the_flag_else_the_variable_else_the_configuration(alma):
    alma.ok("init", "--agent", "one", "--agent", "two", "--agent", "three")
    command = ("learn", "--success", "--task", "a", "--new", "--strategy")
    alma.ok(*command, "by default")
    alma.environ["ALMA_AGENT"] = "Two"
    alma.ok(*command, "by the variable")
    alma.ok(*command, "by the flag", "--agent", "THREE")
    told = {each["title"]: each["agent"] for each in alma.json("list")["memories"]}
    assert told == {"by default": "one", "by the variable": "two", "by the flag": "three"}


def test_an_unknown_agent_is_told_the_nearest_name(shop):
    ran = shop("learn", "--success", "--task", "a", "--strategy", "b", "--agent", "qa_testr")
    assert ran.status == 2
    assert "hint: did you mean `qa_tester`?" in ran.err
    assert "`alma agent add qa_testr`" in ran.err


def test_evidence_for_an_inherited_lesson_lies_with_who_tried_it(shop):
    before = shop.json("show", "bbfr616ejd")
    told = shop.json(
        *("learn", "--success", "--agent", "junior_dev", "--task", "Rename the column"),
        *("--strategy", before["title"]),
    )
    assert told["lesson"]["id"] == "bbfr616ejd"
    assert [each["path"].split("/")[1] for each in told["written"]] == ["junior_dev"]
    assert shop.json("show", "bbfr616ejd")["evidence"]["for"] == before["evidence"]["for"] + 1


def test_learning_goes_on_where_an_anti_pattern_stands_in_the_way(shop):
    ran = shop(
        "learn", "--success", "--task", "Test it", "--strategy", "Using sleep() for async waits"
    )
    assert ran.status == 0
    assert "against anti-pattern" in ran.out


def test_texts_that_no_file_can_hold_are_refused(qa):
    before = bytes_below(qa.folder)
    for text in ("a\0b", "\udcff"):
        assert qa("learn", "--success", "--task", "a", "--strategy", text).status == 2
    assert (
        qa("learn", "--success", "--task", "a", "--strategy", "b", "--note", "x" * 40_000).status
        == 2
    )
    assert bytes_below(qa.folder) == before


def test_without_a_commit_the_files_are_written_and_nothing_is_pending(alma):
    alma.ok("init", "--agent", "qa")
    head = alma.git("rev-parse", "HEAD")
    told = alma.json("learn", "--success", "--task", "a", "--strategy", "b", "--no-commit")
    assert told["commit"] is None
    assert alma.git("rev-parse", "HEAD") == head
    assert alma.git("status", "--short") == "?? .alma/agents/\n"
    assert alma.json("log")["pending"] == 0
