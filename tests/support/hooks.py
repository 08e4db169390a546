"""Sends the events of an agent's client to the hook, from payloads as the client writes them."""

import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path

from support.alma import Alma

from alma_cli.hook import run

PAYLOADS = Path(__file__).parents[1] / "hook" / "payloads"


@dataclass
class Client:
    """A client whose project is the folder of `alma`."""

    alma: Alma
    name: str = "claude-code"

    def payload(self, event: str, **changes: object) -> str:
        """Returns a recorded event with some fields changed; its project is at `/shop`."""
        text = (PAYLOADS / self.name / f"{event}.json").read_text("utf-8")
        return json.dumps({**json.loads(text.replace("/shop", str(self.alma.folder))), **changes})

    def raw(self, text: str) -> str:
        """Returns what the hook prints for what is on its standard input."""
        held = sys.stdin
        sys.stdin = io.TextIOWrapper(io.BytesIO(text.encode("utf-8", "surrogateescape")))
        try:
            return run.answer([self.name], self.alma.world, [])
        finally:
            sys.stdin = held

    def send(self, event: str, **changes: object) -> dict:
        """Returns the answer to a recorded event, {} for none."""
        said = self.raw(self.payload(event, **changes))
        return json.loads(said) if said else {}

    def context(self, event: str, **changes: object) -> str:
        """Returns what the agent is told at an event."""
        return (
            self.send(event, **changes).get("hookSpecificOutput", {}).get("additionalContext", "")
        )

    @property
    def log(self) -> list[str]:
        """Returns the lines of the log."""
        file = self.alma.store / ".cache" / "hook.log"
        return file.read_text("utf-8").splitlines() if file.exists() else []
