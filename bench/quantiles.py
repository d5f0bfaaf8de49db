"""Quantiles of measured times."""

from collections.abc import Sequence


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` of all values do not exceed."""
    ordered = sorted(values)
    place = max(0, min(len(ordered) - 1, -int(-share * len(ordered) // 1) - 1))
    return ordered[place]
