"""Looking back: what rules did or would have done, and what that says about them."""
