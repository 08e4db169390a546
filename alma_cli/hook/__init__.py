"""What ALMA says at the events of an agent's client: read from standard input, answered there."""
