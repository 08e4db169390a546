"""Files are read without leaving the store."""

import os

import pytest

from alma_cli.errors import Malformed
from alma_cli.files.disk import Reader, read


def test_a_file_is_read(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.md").write_bytes(b"text")
    assert read(tmp_path, "a/b.md", 10) == b"text"


def test_a_missing_file_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        read(tmp_path, "a/b.md", 10)


@pytest.mark.parametrize("path", ["link.md", "folder/secret.md"])
def test_a_link_is_never_followed(tmp_path, path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.md").write_text("secret")
    store = tmp_path / "store"
    store.mkdir()
    (store / "link.md").symlink_to(outside / "secret.md")
    (store / "folder").symlink_to(outside)
    with pytest.raises(Malformed, match="link"):
        read(store, path, 100)


def test_files_of_many_folders_are_read_one_after_another(tmp_path):
    paths = ("a/1.md", "a/b/2.md", "a/b/3.md", "a/bc/4.md", "a/5.md", "d/6.md", "7.md")
    for path in paths:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(path)
    (tmp_path / "a" / "link").symlink_to(tmp_path / "d")
    with Reader(tmp_path) as reader:
        assert [reader.read(path, 100).decode() for path in paths] == list(paths)
        with pytest.raises(Malformed, match="link"):
            reader.read("a/link/6.md", 100)
        assert reader.read("a/5.md", 100) == b"a/5.md"


def test_a_pipe_does_not_hang_the_reader(tmp_path):
    os.mkfifo(tmp_path / "pipe.md")
    with pytest.raises(Malformed, match="regular file"):
        read(tmp_path, "pipe.md", 100)


def test_a_folder_is_not_a_file(tmp_path):
    (tmp_path / "x.md").mkdir()
    with pytest.raises(Malformed, match="regular file"):
        read(tmp_path, "x.md", 100)


def test_a_large_file_is_named_and_not_read(tmp_path):
    (tmp_path / "x.md").write_bytes(b"x" * 3000)
    with pytest.raises(Malformed, match="larger than 1 KiB"):
        read(tmp_path, "x.md", 1024)
