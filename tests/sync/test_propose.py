"""A branch for a pull request holds the memories that changed, and nothing else moves."""

import shutil
from dataclasses import replace
from itertools import product

import pytest
from support.alma import Alma, environment, ids
from support.machines import learn

from alma_cli.review.propose import _NO_BRANCH

BRANCH = "alma/propose/ada"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with a repository and its hub, made once to be copied."""
    top = tmp_path_factory.mktemp("made")
    shop = Alma(top / "shop", top, environment(top))
    shop.folder.mkdir()
    shop.git("init", "--quiet", "--initial-branch=main")
    shop.git("init", "--quiet", "--bare", "--initial-branch=main", "../hub.git")
    shop.git("remote", "add", "origin", "../hub.git")
    shop.files({"code.py": "x = 1\n"})
    shop.commit_by_hand()
    shop.ok("init", "--agent", "qa")
    learn(shop, "sleep(5000) before clicking")
    shop.git("push", "--quiet", "origin", "main")
    shop.files({"code.py": "x = 2\n"})
    shop.commit_by_hand()
    return top


@pytest.fixture
def shop(alma, made):
    """A repository whose default branch has a store with one lesson, and code that went on."""
    for name in ("shop", "hub.git"):
        shutil.copytree(made / name, alma.folder.parent / name, dirs_exist_ok=True)
    alma.later(hours=1)
    alma.new_id = ids(1_000)
    return alma


def there(alma, *arguments):
    return alma.git("--git-dir=../hub.git", *arguments)


def proposed(alma, branch=BRANCH):
    """Returns what a branch of the hub changes, by path, below the store's agents."""
    lines = there(alma, "diff", "--name-status", "--no-renames", f"main...{branch}").splitlines()
    return sorted(line.replace(".alma/agents/", "").split("--")[0] for line in lines)


def merge(alma, branch=BRANCH):
    """Merges a proposal on the hub, as a host does that squashes."""
    alma.git("clone", "--quiet", "../hub.git", "../host")
    host = ("-C", "../host")
    alma.git(*host, "merge", "--quiet", "--squash", f"origin/{branch}")
    alma.git(*host, "commit", "--quiet", "--message=squashed")
    alma.git(*host, "push", "--quiet", "origin", "main", f":{branch}")


def test_a_proposal_holds_memories_and_no_code_and_moves_nothing_here_or_on_the_default_branch(
    shop,
):
    shop.ok("add", "knowledge", "CI has two cores", "--team")
    before = shop.git("rev-parse", "HEAD", "main"), shop.git("status", "--short")
    main = there(shop, "rev-parse", "main")
    assert shop.ok("propose").splitlines()[0] == "team: new knowledge CI has two cores"
    assert proposed(shop) == ["A\tteam/knowledge/ci-has-two-cores"]
    assert there(shop, "show", f"{BRANCH}:code.py") == "x = 1\n"
    assert (shop.git("rev-parse", "HEAD", "main"), shop.git("status", "--short")) == before
    assert there(shop, "rev-parse", "main") == main


def test_the_commit_says_title_and_text_so_that_a_host_can_take_them(shop):
    id_ = shop.json("add", "knowledge", "CI has two cores", "--team")["written"][0]["id"]
    told = shop.ok("propose")
    said = there(shop, "log", "-1", "--format=%B", BRANCH)
    assert said.startswith(told)
    assert f"new {id_}  CI has two cores\n" in told


def test_nothing_in_a_memory_ends_the_fence_of_the_text(shop):
    shop.ok("add", "knowledge", "Fence ~~~~ ``` @all <b>", "--team")
    body = shop.json("propose")["body"].splitlines()
    begin = body.index("~~~~~text")
    assert "Fence ~~~~ ``` @all <b>" in body[begin + 1]
    assert body.index("~~~~~") > begin


def test_the_text_is_that_of_a_review_without_prompts(shop):
    shop.ok("add", "knowledge", "CI has two cores", "--team")
    shop.ok("probe", "add", "How many cores has CI?")
    body = shop.json("propose", "--dry-run")["body"]
    assert "1 answer changed" in body
    assert "**enters** at" in body
    assert "<summary>The answer" not in body


def test_a_file_that_only_git_reads_is_told_and_sent_each_time(shop):
    for line in ("*.bak", "*.tmp"):
        with (shop.store / ".gitignore").open("a") as file:
            file.write(f"{line}\n")
        shop.commit_by_hand()
        told = shop.json("propose")
        assert told["title"] == "Memories: 1 other file"
        assert "\nchanged .gitignore\n" in told["body"]
    assert "*.tmp" in there(shop, "show", f"{BRANCH}:.alma/.gitignore")


def test_a_damaged_memory_is_told_before_it_is_merged(shop):
    path = "agents/qa/knowledge/cores--0123456789.md"
    shop.files({f".alma/{path}": "+++\n<<<<<<< mine\n"})
    shop.commit_by_hand()
    ran = shop("propose", "--json")
    assert ran.json["title"] == "Memories: 1 damaged file"
    assert f"### Could not be compared\n\n~~~text\n{path}:2: " in ran.json["body"]
    assert f"warning: {path}" in ran.err


def test_what_is_learned_later_moves_the_proposal_forward(shop):
    shop.ok("add", "knowledge", "CI has two cores", "--team")
    first = shop.json("propose")["commit"]
    shop.ok("add", "knowledge", "Staging sleeps at night", "--team")
    second = shop.json("propose")
    assert second["title"] == "Memories: 2 new"
    assert there(shop, "merge-base", first, BRANCH).strip() == first
    assert there(shop, "rev-parse", BRANCH).strip() == second["commit"]


def test_the_same_again_sends_nothing(shop):
    shop.ok("add", "knowledge", "CI has two cores", "--team")
    first = shop.json("propose")["commit"]
    assert shop.json("propose")["commit"] == first
    assert there(shop, "rev-parse", BRANCH).strip() == first


def test_a_merged_proposal_leaves_nothing_to_propose_and_is_pulled_without_a_conflict(shop):
    learn(shop, "read the cookie from disk")
    shop.ok("propose")
    merge(shop)
    assert shop.ok("propose") == "nothing to propose: `main` of `origin` has the same\n"
    shop.git("pull", "--quiet", "--no-rebase", "origin", "main")
    assert shop.git("status", "--short") == ""
    learn(shop, "scroll before the click")
    shop.ok("propose")
    assert [line.split("/")[1] for line in proposed(shop)] == ["anti-patterns", "outcomes"]


def test_what_others_merged_meanwhile_stays(shop, clone):
    other = clone()
    other.ok("add", "knowledge", "Staging sleeps at night", "--team")
    other.git("push", "--quiet", "origin", "main")
    shop.ok("add", "knowledge", "CI has two cores", "--team")
    shop.ok("propose")
    assert proposed(shop) == ["A\tteam/knowledge/ci-has-two-cores"]
    assert "staging-sleeps" in there(shop, "ls-tree", "-r", "--name-only", BRANCH)


def test_a_forgotten_memory_is_proposed_to_be_forgotten(shop):
    (id_,) = (one["id"] for one in shop.json("list")["memories"] if one["kind"] != "outcome")
    shop.ok("forget", id_, "--reason", "it is gone")
    assert shop.ok("propose").startswith("qa: forgotten anti-pattern sleep(5000)")
    assert [line[0] for line in proposed(shop)] == ["A", "D"]


def test_where_history_is_cut_off_too_early_nothing_is_proposed(shop):
    (id_,) = (one["id"] for one in shop.json("list")["memories"] if one["kind"] != "outcome")
    shop.git("push", "--quiet", "origin", "main:feature")
    shop.git("reset", "--quiet", "--hard", "HEAD^")
    shop.ok("edit", id_, "--set", "why=Slow")
    shop.git("push", "--quiet", "origin", "main")
    hub = (shop.folder.parent / "hub.git").as_uri()
    shop.git("clone", "--quiet", "--depth=1", "--branch=feature", hub, "../shallow")
    shallow = replace(shop, folder=shop.folder.parent / "shallow")
    ran = shallow("propose")
    assert (ran.status, ran.err.splitlines()) == (
        4,
        [
            "error: the history here is cut off, so it is not known what changed since `main`",
            "hint: `git fetch --unshallow origin` gets the rest",
        ],
    )
    shallow.git("fetch", "--quiet", "--unshallow", "origin")
    assert shallow.ok("propose") == "nothing to propose: `main` of `origin` has the same\n"


def test_two_edits_of_one_memory_are_both_proposed_and_told(shop, clone):
    (id_,) = (one["id"] for one in shop.json("list")["memories"] if one["kind"] != "outcome")
    other = clone()
    other.ok("edit", id_, "--set", "why=Slow")
    other.git("push", "--quiet", "origin", "main")
    shop.ok("edit", id_, "--set", "why=Flaky")
    ran = shop("propose", "--json")
    (second,) = ran.json["kept_both"]
    assert f"warning: {id_} was edited here and on `main`" in ran.err
    texts = there(shop, "grep", "-h", "-e", "Slow", "-e", "Flaky", BRANCH, "--", ".alma")
    assert sorted(texts.split()) == ["Flaky", "Slow"]
    assert second["path"] in shop.json("propose")["files"]


def test_a_branch_that_somebody_else_changed_is_left_alone(shop, clone):
    shop.ok("add", "knowledge", "CI has two cores", "--team")
    shop.ok("propose")
    other = clone()
    other.git("switch", "--quiet", BRANCH)
    other.files({"note.txt": "reviewed\n"})
    other.commit_by_hand()
    other.git("push", "--quiet", "origin", BRANCH)
    shop.ok("add", "knowledge", "Staging sleeps at night", "--team")
    ran = shop("propose")
    assert ran.status == 4
    assert "was changed by somebody else, and nothing was sent" in ran.err
    assert there(shop, "log", "-1", "--format=%s", BRANCH) == "by hand\n"
    shop.ok("propose", "--branch", "alma/propose/second")
    assert len(proposed(shop, "alma/propose/second")) == 2


def test_what_somebody_else_sent_on_the_branch_goes_on_once_it_is_merged_here(shop, clone):
    shop.ok("add", "knowledge", "CI has two cores", "--team")
    shop.ok("propose")
    other = clone()  # the same person's, on another machine
    other.ok("add", "knowledge", "Staging sleeps at night", "--team")
    assert other("propose").status == 4
    other.git("merge", "--quiet", "--no-edit", f"origin/{BRANCH}")
    other.ok("propose")
    assert len(proposed(shop)) == 2


def test_a_proposal_that_was_cut_off_after_it_was_sent_is_known_as_ones_own(shop):
    shop.ok("add", "knowledge", "CI has two cores", "--team")
    shop.ok("propose")
    shop.git("update-ref", "-d", f"refs/alma/origin/{BRANCH}")
    assert len(proposed(shop)) == 1
    shop.ok("add", "knowledge", "Staging sleeps at night", "--team")
    shop.ok("propose")
    assert len(proposed(shop)) == 2


def test_what_another_branch_proposed_is_not_dropped(shop):
    shop.git("switch", "--quiet", "--create", "one")
    shop.ok("add", "knowledge", "CI has two cores", "--team")
    shop.ok("propose")
    shop.git("switch", "--quiet", "main")
    shop.ok("add", "knowledge", "Staging sleeps at night", "--team")
    before = there(shop, "rev-parse", BRANCH)
    ran = shop("propose")
    assert ran.status == 4
    assert "proposes 1 file that this branch does not have" in ran.err
    assert there(shop, "rev-parse", BRANCH) == before
    shop.git("merge", "--quiet", "--no-edit", "one")
    shop.ok("propose")
    assert len(proposed(shop)) == 2


def test_what_was_undone_is_proposed_no_more(shop):
    shop.ok("add", "knowledge", "CI has two cores", "--team")
    shop.ok("propose")
    shop.ok("undo")
    ran = shop("propose")
    assert ran.out == "nothing to propose: `main` of `origin` has the same\n"
    assert ran.err == f"took back what was proposed on `{BRANCH}` of `origin`\n"
    assert proposed(shop) == []
    assert shop("propose").err == ""


def test_each_store_of_a_repository_has_a_branch_of_its_own(shop):
    web = replace(shop, folder=shop.folder / "web")
    web.folder.mkdir()
    web.ok("init", "--agent", "ui")
    for one in (shop, web):
        one.ok("add", "knowledge", f"Cores of {one.folder.name}", "--team")
        one.ok("propose")
    assert len(proposed(shop)) == 1
    assert len(proposed(shop, f"{BRANCH}-web")) == 4
    ran = web("propose", "--branch", BRANCH)
    assert (ran.status, ran.err.splitlines()[0]) == (
        4,
        f"error: `{BRANCH}` on `origin` proposes for another store, `.alma/`",
    )


def test_a_fork_that_is_pushed_to_is_asked_what_it_has(shop):
    shop.git("clone", "--quiet", "--bare", "../hub.git", "../fork.git")
    shop.git("remote", "set-url", "--push", "origin", "../fork.git")
    for title in ("CI has two cores", "Staging sleeps at night"):
        shop.ok("add", "knowledge", title, "--team")
        shop.ok("propose")
    names = shop.git("--git-dir=../fork.git", "diff", "--name-only", f"main...{BRANCH}")
    assert len(names.split()) == 2


def test_a_dry_run_sends_nothing(shop):
    shop.ok("add", "knowledge", "CI has two cores", "--team")
    before = there(shop, "for-each-ref")
    ran = shop("propose", "--dry-run")
    assert ran.out.startswith("team: new knowledge CI has two cores\n")
    assert ran.err == f"would send 1 file on `{BRANCH}` of `origin`, for `main`\n"
    assert there(shop, "for-each-ref") == before


def test_where_the_host_is_known_the_address_that_opens_the_pull_request_is_said(shop):
    ssh = shop.home / "ssh"
    ssh.write_text('#!/bin/sh\nfor last; do :; done\ncd "$HOME" && eval "$last"\n')
    ssh.chmod(0o755)
    (shop.home / "acme").mkdir()
    (shop.folder.parent / "hub.git").rename(shop.home / "acme" / "shop.git")
    shop.environ["GIT_SSH_COMMAND"] = str(ssh)
    shop.git("remote", "set-url", "origin", "git@github.com:acme/shop.git")
    shop.ok("add", "knowledge", "CI has two cores", "--team")
    address = f"https://github.com/acme/shop/compare/main...{BRANCH}?quick_pull=1&title="
    assert shop("propose").err.splitlines()[1].startswith(f"open {address}team%3A%20new")


def test_a_store_of_its_own_proposes_too(apart):
    here, _ = apart
    learn(here, "sleep(5000) before clicking")
    told = here.json("propose")
    assert (told["base"], told["branch"]) == ("main", BRANCH)
    names = there(here, "diff", "--name-only", f"main...{BRANCH}").split()
    assert [name.split("/")[:3] for name in names] == [
        ["agents", "qa", "anti-patterns"],
        ["agents", "qa", "outcomes"],
    ]


def test_no_name_that_git_refuses_is_taken_for_a_branch(shop):
    parts = (*"a./@~^:?*[\\ ", "..", "@{")
    names = ["".join(each) for each in product(parts, repeat=3)] + ["a.lock", "a.lock/b", "\xe4/x"]
    taken = [name for name in names if not _NO_BRANCH.search(name)]
    for name in taken:
        shop.git("check-ref-format", f"refs/heads/{name}")
    assert {"aaa", "a.a", "a@a", "a/a", "\xe4/x"} <= {*taken}


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("--branch", "a..b"), 2, "`a..b` cannot be the name of a branch"),
        (("--branch", "HEAD"), 2, "`HEAD` cannot be the name of a branch"),
        (("--branch=-x",), 2, "`-x` cannot be the name of a branch"),
        (("--branch", "refs/heads/x"), 2, "`refs/heads/x` cannot be the name of a branch"),
        (("--branch", "a\N{RIGHT-TO-LEFT OVERRIDE}b"), 2, "`a\\u202eb` cannot be the name"),
        (("--branch", "\udcff"), 2, "`\\udcff` cannot be the name of a branch"),
        (("--branch", "main"), 2, "`main` is what memories are proposed for"),
        (("--remote", "nobody"), 1, "there is no remote `nobody`"),
    ],
)
def test_what_cannot_be_proposed_to_is_said(shop, arguments, status, said):
    ran = shop("propose", *arguments)
    assert (ran.status, ran.out) == (status, "")
    assert ran.err.startswith(f"error: {said}")


def test_a_remote_whose_default_branch_is_not_there_says_what_it_has(shop):
    there(shop, "symbolic-ref", "HEAD", "refs/heads/master")
    ran = shop("propose")
    assert ran.status == 1
    assert "says of no branch that it is the default one; it has `main`" in ran.err


def test_what_a_person_wrote_and_did_not_commit_is_told_as_unsent(shop):
    shop.ok("add", "knowledge", "CI has two cores", "--team")
    (path,) = (path for path in shop.memories() if "/knowledge/" in path)
    with (shop.store / path).open("a") as file:
        file.write("More of it.\n")
    assert "warning: 1 file with changes that no commit has stay" in shop("propose").err


def test_a_reference_that_another_process_holds_is_a_conflict(shop):
    held = shop.folder / ".git" / "refs" / "alma" / "origin"
    held.mkdir(parents=True)
    (held / "main.lock").touch()
    ran = shop("propose")
    assert (ran.status, ran.err.splitlines()[0]) == (
        4,
        "error: somebody else is changing the same branches, and nothing was sent",
    )


def test_a_branch_whose_name_is_in_the_way_is_told(shop):
    shop.ok("add", "knowledge", "CI has two cores", "--team")
    shop.ok("propose")
    ran = shop("propose", "--branch", "alma")
    assert ran.status == 4
    assert "where another branch's name is in the way, with `--branch`" in ran.err


def test_a_remote_that_refuses_says_how_to_go_on(shop):
    there(shop, "config", "receive.hideRefs", "refs/heads/alma")
    shop.ok("add", "knowledge", "CI has two cores", "--team")
    ran = shop("propose")
    assert ran.status == 1
    assert ran.err.splitlines() == [
        "error: `origin` cannot be reached or refuses: [remote rejected] (deny updating a hidden ref)",
        "hint: nothing is lost: what is here is kept, and the next time sends it",
    ]


def test_while_a_merge_is_under_way_nothing_is_proposed(shop):
    (shop.folder / ".git" / "MERGE_HEAD").write_text(shop.git("rev-parse", "HEAD"))
    ran = shop("propose")
    assert ran.status == 4
    assert ran.err.startswith("error: nothing can be exchanged now: a merge is under way\nhint: ")
    assert "alma sync" not in ran.err


def test_a_remote_without_a_branch_says_how_to_give_it_one(alma):
    alma.git("init", "--quiet", "--bare", "../hub.git")
    alma.ok("init", "--agent", "qa")
    alma.git("remote", "add", "origin", "../hub.git")
    ran = alma("propose")
    assert ran.status == 1
    assert "`git push origin HEAD` gives it one" in ran.err


@pytest.mark.parametrize(
    ("name", "email", "branch"),
    [
        ("Ada Lovelace", "ada@example.org", "alma/propose/ada-lovelace"),
        ("李雷", "lilei@example.org", "alma/propose/lilei"),
        ("王芳", "wang.fang@example.org", "alma/propose/wang-fang"),
        ("李", "李@example.org", "alma/propose/e69d8e"),
    ],
)
def test_the_branch_is_named_for_a_person_in_any_script(shop, name, email, branch):
    shop.environ |= {"GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": email}
    assert shop.json("propose", "--dry-run")["branch"] == branch
