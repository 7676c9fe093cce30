#!/usr/bin/env python3
"""Prints an event of core.timer every EVERY_SECONDS, COUNT times, or for ever without COUNT."""

import itertools
import json
import os
import time
from datetime import datetime, timezone


def main() -> None:
    every = float(os.environ.get("EVERY_SECONDS", "60"))
    count = os.environ.get("COUNT")
    for _ in itertools.count() if count is None else range(int(count)):
        fired_at = datetime.now(timezone.utc).isoformat(timespec="seconds")
        print(json.dumps({"trigger": "core.timer", "payload": {"fired_at": fired_at}}), flush=True)
        time.sleep(every)


if __name__ == "__main__":
    main()
