"""The maintenance calendar: weekly, monthly and quarterly reviews."""
