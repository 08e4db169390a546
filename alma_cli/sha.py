"""SHA-1 and SHA-256 without OpenSSL.

`hashlib` loads OpenSSL's library first of all, which takes longer than hashing all that a command
reads. CPython has the functions built in as well, one of them under another name since 3.12; a
Python without them has those of `hashlib`. SHA-1 is what git names contents by.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import sha1, sha256
else:
    try:
        from _sha1 import sha1
    except ImportError:
        from hashlib import sha1
    try:
        from _sha2 import sha256
    except ImportError:
        try:
            from _sha256 import sha256
        except ImportError:
            from hashlib import sha256

__all__ = ["sha1", "sha256"]
