"""Git, and nothing but here: commits are written by plumbing, history is read by GitPython."""
