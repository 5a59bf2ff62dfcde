"""`python -m sightline.stack.receivers`: what the supervisor starts."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from sightline.stack.receivers import serving


def main(argv: Sequence[str]) -> int:
    """Reads the secrets from their files and serves."""
    parser = argparse.ArgumentParser(prog="sightline.stack.receivers")
    parser.add_argument("--inbox", type=Path, required=True)
    parser.add_argument("--pagerduty-port", type=int, required=True)
    parser.add_argument("--webhook-port", type=int, required=True)
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--routing-key-file", type=Path, required=True)
    parser.add_argument("--webhook-token-file", type=Path, required=True)
    arguments = parser.parse_args(argv)
    settings = serving.Settings(
        inbox=arguments.inbox,
        pagerduty_port=arguments.pagerduty_port,
        webhook_port=arguments.webhook_port,
        smtp_port=arguments.smtp_port,
        routing_key=arguments.routing_key_file.read_text("ascii").strip(),
        webhook_token=arguments.webhook_token_file.read_text("ascii").strip(),
    )
    asyncio.run(serving.serve(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
