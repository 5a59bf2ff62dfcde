"""How a plan is shown: to people, to programs, and in a pull request."""
