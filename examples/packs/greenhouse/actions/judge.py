#!/usr/bin/env python3
"""Parameters arrive on standard input as JSON, the result leaves on standard output as JSON."""

import json
import sys


def judge(celsius: float, frost_below: float, heat_above: float) -> str:
    if celsius < frost_below:
        return "warmth"
    return "air" if celsius > heat_above else "nothing"


def main() -> None:
    given = json.load(sys.stdin)
    celsius = float(given["celsius"])
    needs = judge(celsius, float(given.get("frost_below", 2)), float(given.get("heat_above", 32)))
    print(json.dumps({"needs": needs, "celsius": celsius}))


if __name__ == "__main__":
    main()
