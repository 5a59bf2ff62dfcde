"""The far side of notifications, for the local stack: PagerDuty, webhook and mail.

They stand in for the services outside only; Alertmanager's own senders do the sending.
What arrives is kept in the inbox, so that a page is seen arriving.
"""
