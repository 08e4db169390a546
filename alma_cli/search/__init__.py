"""Finding: an index kept in step with the files, and the ranking of what it finds."""
