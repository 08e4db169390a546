"""SHA-256 without OpenSSL.

`hashlib` loads OpenSSL's library first of all, which takes longer than hashing all that a recall
reads. CPython has the function built in as well, under another name since 3.12; a Python without
it has that of `hashlib`.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import sha256
else:
    try:
        from _sha2 import sha256
    except ImportError:
        try:
            from _sha256 import sha256
        except ImportError:
            from hashlib import sha256

__all__ = ["sha256"]
