"""A repository in the middle of something, as people leave them."""


def conflicting(repo) -> None:
    """Makes two branches that change one line in two ways; `main` is checked out."""
    repo.git("checkout", "-q", "-b", "other")
    repo.write("a.txt", "other\n")
    repo.git("commit", "-q", "-a", "-m", "other")
    repo.git("checkout", "-q", "main")
    repo.write("a.txt", "main\n")
    repo.git("commit", "-q", "-a", "-m", "main")


def merge_in_conflict(repo) -> None:
    repo.git("merge", "-q", "other", check=False)


def merge_resolved(repo) -> None:
    merge_in_conflict(repo)
    repo.write("a.txt", "both\n")
    repo.git("add", "a.txt")


def rebase_stopped(repo) -> None:
    repo.git("rebase", "-q", "other", check=False)


def rebase_of_patches_stopped(repo) -> None:
    repo.git("rebase", "-q", "--apply", "other", check=False)


def patch_stopped(repo) -> None:
    repo.git("format-patch", "-q", "-1", "-o", "../patches", "other")
    (patch,) = (repo.root.parent / "patches").iterdir()
    repo.git("am", "-q", str(patch), check=False)


def cherry_pick_stopped(repo) -> None:
    repo.git("cherry-pick", "other", check=False)


def cherry_pick_between_two(repo) -> None:
    repo.git("commit", "-q", "--allow-empty", "-m", "empty")
    repo.git("cherry-pick", "other", "main", check=False)
    repo.git("commit", "-q", "-a", "-m", "picked")


def revert_stopped(repo) -> None:
    repo.write("a.txt", "later\n")
    repo.git("commit", "-q", "-a", "-m", "later")
    repo.git("revert", "--no-edit", "HEAD~1", check=False)


def bisect_begun(repo) -> None:
    repo.git("bisect", "start", "HEAD", "HEAD~1")
