"""A canvas of characters: curves of braille dots, marks, and contour lines."""

from __future__ import annotations

import numpy as np
from rich.text import Text

from glassnet.common.arrays import AnyArray

BRAILLE = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
"""Bit of each dot in a braille character, (4 rows, 2 columns), added to U+2800."""

CONTOURS = 5
"""Number of bands between contour lines."""


def to_range(values: AnyArray, low: float, high: float) -> AnyArray:
    """Return values as shares of a range: 0 at its lower end, 1 at its upper end."""
    return (values - low) / ((high - low) or 1.0)


class Canvas:
    """Characters with a style each. Positions are shares from 0 to 1, from the left and from the bottom."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self._dots = np.zeros((4 * rows, 2 * columns), dtype=bool)
        self._characters: list[list[tuple[str, str]]] = [[(" ", "")] * columns for _ in range(rows)]

    def line(self, x: AnyArray, y: AnyArray, style: str, is_dashed: bool = False) -> None:
        """Draw a line through these points; it has a gap where a point is not finite or out of range."""
        across, up = x * (2 * self.columns - 1), y * (4 * self.rows - 1)
        for i in range(len(x)):
            j = max(i - 1, 0)
            steps = np.abs([across[i] - across[j], up[i] - up[j]]).max()
            if not np.isfinite(steps) or (is_dashed and i % 2):
                continue
            count = min(int(steps), 4 * (self.columns + self.rows)) + 1
            along = np.linspace(across[j], across[i], count + 1).round()
            above = np.linspace(up[j], up[i], count + 1).round()
            inside = (along >= 0) & (along < 2 * self.columns) & (above >= 0) & (above < 4 * self.rows)
            for column, height in zip(along[inside].astype(int), above[inside].astype(int), strict=True):
                row = 4 * self.rows - 1 - height
                self._dots[row, column] = True
                self._characters[row // 4][column // 2] = ("", style)

    def mark(self, x: AnyArray, y: AnyArray, marker: str, style: str) -> None:
        """Draw a character at each point that is in range."""
        is_inside = np.isfinite(x) & np.isfinite(y) & (x >= 0) & (x <= 1) & (y >= 0) & (y <= 1)
        for across, up in zip(x[is_inside], y[is_inside], strict=True):
            row, column = round((1 - up) * (self.rows - 1)), round(across * (self.columns - 1))
            self._characters[row][column] = (marker, style)

    def contours(self, heights: AnyArray) -> None:
        """Draw contour lines of heights on a grid, (rows of y, columns of x), as dots."""
        rows = np.linspace(len(heights) - 1, 0, self.rows).round().astype(int)  # the top row is the largest y
        columns = np.linspace(0, heights.shape[1] - 1, self.columns).round().astype(int)
        finite = heights[np.isfinite(heights)]
        if not finite.size:
            return
        known = np.where(np.isfinite(heights), heights, finite.min())[np.ix_(rows, columns)]
        bands = (np.sqrt(to_range(known, finite.min(), finite.max())) * CONTOURS).astype(int)
        is_edge = np.zeros(bands.shape, dtype=bool)
        is_edge[:, 1:] |= bands[:, 1:] != bands[:, :-1]
        is_edge[1:] |= bands[1:] != bands[:-1]
        for row, column in zip(*np.nonzero(is_edge), strict=True):
            self._characters[row][column] = ("·", "dim")

    def lines(self) -> list[Text]:
        """Return the canvas as lines."""
        shapes = self._dots.reshape(self.rows, 4, self.columns, 2)
        codes = (shapes * BRAILLE[None, :, None, :]).sum(axis=(1, 3))
        lines = []
        for row, inside in zip(codes.tolist(), self._characters, strict=True):
            line = Text()
            for code, (character, style) in zip(row, inside, strict=True):
                line.append(character or chr(0x2800 + code), style)
            lines.append(line)
        return lines
