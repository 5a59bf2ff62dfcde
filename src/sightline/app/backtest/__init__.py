"""What alerting rules would have done over history."""
