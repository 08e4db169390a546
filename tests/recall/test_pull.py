"""What a pull brings is known to the next recall."""

from support.alma import Alma

FILES = 1_000


def lesson(number, title):
    text = f'+++\nid = "{number:010}"\nkind = "knowledge"\n+++\n# {title} {number}\n'
    return {f".alma/agents/qa/knowledge/{number % 3}/lesson--{number:010}.md": text}


def commit(alma, *some):
    for files in some:
        alma.files(files)
    alma.git("add", "-A")
    alma.git("commit", "-qm", "lessons")


def titles(alma, question):
    hits = alma.json("recall", question, "--limit", "100", "--budget", "100000")["hits"]
    return {hit["title"] for hit in hits}


def test_a_pull_that_changes_a_thousand_files_is_known_at_once(alma):
    alma.ok("init", "--agent", "qa")
    commit(alma, *(lesson(number, "Click the button") for number in range(FILES)))
    alma.git("clone", "-q", ".", "../theirs")
    theirs = Alma(alma.folder.parent / "theirs", alma.home, alma.environ)
    assert titles(theirs, "button 999") >= {"Click the button 999"}

    gone = alma.store / "agents/qa/knowledge/0/lesson--0000000999.md"
    gone.unlink()
    commit(alma, *(lesson(number, "Tap the banner") for number in range(FILES - 1)))
    theirs.git("pull", "-q")
    assert titles(theirs, "click the button 999") == set()
    for number in (0, 1, 500, 998):
        assert f"Tap the banner {number}" in titles(theirs, f"banner {number}")
    listed = {each["title"] for each in theirs.json("list", "--kind", "knowledge")["memories"]}
    assert listed == {f"Tap the banner {number}" for number in range(FILES - 1)}
