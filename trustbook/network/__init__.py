"""What the network needs and gives: coverage, whom to call, who they are to us."""
