"""Finding the programs of the stack, or fetching them verified and without root."""
