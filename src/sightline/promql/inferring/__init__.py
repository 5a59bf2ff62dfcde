"""What each kind of node makes of the facts about its parts."""
