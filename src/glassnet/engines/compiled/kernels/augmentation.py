"""The kernel that distorts images: each pixel is interpolated at its own position in the original image."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from glassnet.engines.compiled.kernels.types import Factory, KernelFunction


def distort(m: SimpleNamespace) -> KernelFunction:
    """position = A (r − middle, c − middle) + t + middle + D[r, c], with bicubic interpolation of 4 × 4 pixels."""
    at, I, F, floor = m.at, m.int64, m.F, np.floor
    zero, half, one, two, three, four, five = F(0), F(0.5), F(1), F(2), F(3), F(4), F(5)

    @m.inline
    def inside(position, length):
        """The position, clipped to where the result still changes."""
        return min(max(position, F(-3)), F(length + 2))

    @m.inline
    def curve(t):
        """Interpolation weights of the pixels at -1, 0, 1, and 2 for position t between 0 and 1."""
        return (
            ((two - t) * t - one) * t * half,
            ((three * t - five) * t * t + two) * half,
            ((four - three * t) * t + one) * t * half,
            (t - one) * t * t * half,
        )

    @m.inline
    def around(whole, length):
        """Indices of the four pixels around a position in the padded image."""
        last = I(length + 1)
        return (
            min(max(whole, I(0)), last),
            min(max(whole + 1, I(0)), last),
            min(max(whole + 2, I(0)), last),
            min(max(whole + 3, I(0)), last),
        )

    @m.inline
    def frame(image, padded, height, width, channels, has_fill, fill):
        """Copy an image with a border of one pixel: `fill`, or the repeated edge."""
        for r in range(height + 2):
            r_old = min(max(r - 1, I(0)), I(height - 1))
            for c in range(width + 2):
                c_old = min(max(c - 1, I(0)), I(width - 1))
                is_outside = r == 0 or c == 0 or r == height + 1 or c == width + 1
                old, new = (r_old * width + c_old) * channels, (r * (width + 2) + c) * channels
                for channel in range(channels):
                    padded[new + channel] = fill if has_fill != 0 and is_outside else image[old + channel]

    def warp(images, out, padded, affine, field, sizes, fill):
        n, height, width, channels, has_field, has_fill = sizes[0], sizes[1], sizes[2], sizes[3], sizes[4], sizes[5]
        middle_r, middle_c = F((height - 1) / 2), F((width - 1) / 2)
        pixels, pitch = height * width, (width + 2) * channels
        for i in range(n):
            A, D = at(affine, 6 * i), at(field, 2 * pixels * i)
            new = at(out, pixels * channels * i)
            frame(at(images, pixels * channels * i), padded, height, width, channels, has_fill, fill[0])
            for r in range(height):
                for c in range(width):
                    down, across = F(r) - middle_r, F(c) - middle_c
                    y = A[0] * down + A[1] * across + (A[2] + middle_r)
                    x = A[3] * down + A[4] * across + (A[5] + middle_c)
                    if has_field != 0:
                        y += D[r * width + c]
                        x += D[pixels + r * width + c]
                    y, x = inside(y, height), inside(x, width)
                    y_whole, x_whole = floor(y), floor(x)
                    r0, r1, r2, r3 = around(I(y_whole), height)
                    c0, c1, c2, c3 = around(I(x_whole), width)
                    u0, u1, u2, u3 = curve(y - y_whole)
                    v0, v1, v2, v3 = curve(x - x_whole)
                    c0, c1, c2, c3 = c0 * channels, c1 * channels, c2 * channels, c3 * channels
                    for channel in range(channels):
                        total = zero
                        for k in range(4):
                            row = (r0 if k == 0 else r1 if k == 1 else r2 if k == 2 else r3) * pitch + channel
                            u = u0 if k == 0 else u1 if k == 1 else u2 if k == 2 else u3
                            line = at(padded, row)
                            total += u * (v0 * line[c0] + v1 * line[c1] + v2 * line[c2] + v3 * line[c3])
                        new[(r * width + c) * channels + channel] = total

    return warp


DISTORTIONS: dict[str, Factory] = {"distort": distort}
"""The kernels of augmentations, by the names of maths/distortions.AUGMENTATIONS."""
