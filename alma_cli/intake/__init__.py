"""Takes what a source says into a store: through the gate, and nothing twice."""
