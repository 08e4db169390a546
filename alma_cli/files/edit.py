"""Changes to a memory file that leave every other byte of it alone."""

from __future__ import annotations

from collections.abc import Mapping

from alma_cli.files.memory import section


def fill_sections(content: bytes, sections: Mapping[str, str]) -> bytes:
    """Returns the file with sections added at its end; line endings stay as the file has them."""
    newline = "\r\n" if b"\r\n" in content else "\n"
    blocks = "".join(f"\n\n{section(heading, text)}" for heading, text in sections.items())
    end = content.rstrip(b"\r\n \t")
    return end + f"{blocks}\n".replace("\n", newline).encode()
