"""A store behind the interfaces of other programs, each imported by name and by nothing here."""
