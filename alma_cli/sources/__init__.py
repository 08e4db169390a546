"""What other memories say, read into rows of one shape; nothing in here knows a store.

A source is a name, a look ("is this mine?") and a `read` from papers, which are bytes with a name,
to pieces. `gather` alone touches the disk.
"""
