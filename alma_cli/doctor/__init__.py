"""Looks whether all is well with a store, and mends what can be mended without a thought."""
