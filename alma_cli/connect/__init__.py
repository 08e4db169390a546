"""Entries of ALMA in the files of agents' clients, put there and taken out without a trace."""
