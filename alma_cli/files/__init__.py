"""Files of the store: bytes on disk, headers, memories as text."""
