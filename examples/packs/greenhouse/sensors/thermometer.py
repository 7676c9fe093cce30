#!/usr/bin/env python3
"""Prints readings as JSON lines. There is no thermometer here: the temperature follows a sine over the day."""

import json
import math
import os
import time


def celsius_at(seconds: float) -> float:
    return round(14 + 12 * math.sin(2 * math.pi * (seconds % 86_400) / 86_400), 1)


def main() -> None:
    every = float(os.environ.get("EVERY_SECONDS", "300"))
    left = int(os.environ.get("COUNT", "-1"))
    station = os.environ.get("STATION", "north-roof")
    while left != 0:
        reading = {"station": station, "celsius": celsius_at(time.time())}
        print(json.dumps({"trigger": "greenhouse.reading", "payload": reading}), flush=True)
        left -= 1
        if left != 0:
            time.sleep(every)


if __name__ == "__main__":
    main()
