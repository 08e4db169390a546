"""A pull request is opened where the host of a remote opens them."""

import pytest

from alma_cli.git.hosts import pull_request


@pytest.mark.parametrize(
    "remote",
    [
        "https://github.com/acme/shop.git",
        "https://ada:token@github.com/acme/shop",
        "git@github.com:acme/shop.git",
        "ssh://git@github.com:22/acme/shop.git/",
    ],
)
def test_all_ways_to_write_a_remote_lead_to_its_page(remote):
    assert pull_request(remote, "main", "alma/ada", 'New: "wait" & see') == (
        "https://github.com/acme/shop/compare/main...alma/ada"
        "?quick_pull=1&title=New%3A%20%22wait%22%20%26%20see"
    )


def test_a_branch_whose_name_is_no_utf_8_is_named_by_its_bytes():
    for host in ("github.com", "gitlab.com", "bitbucket.org", "codeberg.org"):
        address = pull_request(f"https://{host}/acme/shop", "dev\udce9", "alma/ada", "T")
        assert "dev%E9" in address


@pytest.mark.parametrize(
    ("remote", "opens"),
    [
        ("git@gitlab.com:a/b/shop.git", "https://gitlab.com/a/b/shop/-/merge_requests/new?"),
        ("https://gitlab.acme.io/a/shop", "https://gitlab.acme.io/a/shop/-/merge_requests/new?"),
        ("git@bitbucket.org:a/shop.git", "https://bitbucket.org/a/shop/pull-requests/new?"),
        ("https://codeberg.org/a/shop.git", "https://codeberg.org/a/shop/compare/main...b"),
    ],
)
def test_each_host_has_its_own_page(remote, opens):
    assert pull_request(remote, "main", "b", "T").startswith(opens)


@pytest.mark.parametrize(
    "remote",
    [
        "../hub.git",
        "/srv/git/shop.git",
        "https://git.example.com/a/b",
        "file:///github.com/a/b",
        "",
    ],
)
def test_of_an_unknown_host_nothing_is_claimed(remote):
    assert pull_request(remote, "main", "b", "T") == ""
