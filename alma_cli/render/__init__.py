"""Values as text for a reader: prompts, documents, plain lists."""
