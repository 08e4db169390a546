"""The bare line to `alma mcp`: whatever bytes, and what comes back."""

import json
import subprocess
import sys
from pathlib import Path
from threading import Thread
from typing import Self

from support.alma import Alma

HELLO = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "wire", "version": "1"},
}


def request(id_: object, method: str, params: object = None) -> bytes:
    """Returns a frame that asks for an answer."""
    told = {} if params is None else {"params": params}
    return json.dumps({"jsonrpc": "2.0", "id": id_, "method": method, **told}).encode() + b"\n"


class Wire:
    """A server, after the handshake."""

    def __init__(self, alma: Alma) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "alma_cli", "mcp"],
            cwd=alma.folder,
            env=alma.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.send(request("hello", "initialize", HELLO))
        self.receive()
        self.send(b'{"jsonrpc": "2.0", "method": "notifications/initialized"}\n')

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def send(self, frames: bytes) -> None:
        """Writes bytes as they are."""
        self.process.stdin.write(frames)
        self.process.stdin.flush()

    def receive(self) -> dict:
        """Returns the next line, which must be JSON."""
        return json.loads(self.process.stdout.readline())

    def ask(self, id_: object, method: str, params: object = None) -> dict:
        """Sends a request and returns its answer; there must be no other before it."""
        self.send(request(id_, method, params))
        answer = self.receive()
        assert answer["id"] == id_, answer
        return answer

    def flood(self, frames: bytes) -> list[dict]:
        """Sends all of that, then a `ping`, and returns all lines that come back before its own."""
        sending = Thread(target=self.send, args=(frames + request("last", "ping"),))
        sending.start()
        lines = []
        while (answer := self.receive()).get("id") != "last":
            lines.append(answer)
        sending.join()
        return lines

    def status(self) -> tuple[int, int]:
        """Returns the KiB of memory that the server holds, and how many files it has open."""
        folder = Path(f"/proc/{self.process.pid}")
        lines = (folder / "status").read_text().splitlines()
        memory = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
        return memory, len(list((folder / "fd").iterdir()))
