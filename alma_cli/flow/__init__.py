"""What is done with workflows: saved, resumed, looked at, merged, finished."""
