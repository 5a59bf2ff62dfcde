"""Plans and applies: a spec and the live systems of an environment."""
