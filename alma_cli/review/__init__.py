"""What a branch changes in memory, and in what agents are told: for a comment, and for programs."""
