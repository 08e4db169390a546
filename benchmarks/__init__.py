"""What the project measures of itself: how well recall finds, and what commands cost."""
