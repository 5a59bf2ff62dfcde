"""The cards of the reference platform, by the names of Stripe's test mode."""

__all__ = ["ACCEPTED", "DECLINED"]

ACCEPTED = "tok_visa"
DECLINED = "tok_chargeDeclined"
"""Always refused by the payment provider: https://docs.stripe.com/testing"""
