"""Numbers as people read them."""

from __future__ import annotations


def percent(share: float, rows: int = 0) -> str:
    """Return a share in percent, with as many digits as a share of that many rows has.

    >>> percent(0.98765, 719), percent(0.98765, 10_000), percent(1.0)
    ('98.8%', '98.77%', '100%')
    """
    return "100%" if share == 1 else f"{100 * share:.{max(1, len(str(rows)) - 3)}f}%"


def rounded(value: float, digits: int = 4) -> str:
    """Return a number rounded to `digits` significant digits, a large one in full, with a typographic minus sign.

    >>> rounded(-59.71834), rounded(1234567.0), rounded(0.00001234)
    ('−59.72', '1,234,567', '1.234e−05')
    """
    text = f"{value:,.0f}" if 10**digits <= abs(value) < 1e15 else f"{value:.{digits}g}"
    return text.replace("-", "−")
