# %% [markdown]
# # Exercise 6a · Sigmoid of a single number
#
# A neuron computes a weighted sum of its inputs, which can be any number. An **activation function** turns the sum into
# the neuron's output. One of the oldest is the **sigmoid** (logistic function). It maps any number to a number between
# 0 and 1: large positive numbers to almost 1, large negative numbers to almost 0, and 0 to 0.5.
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}}$$
#
# For example, $\sigma(5) = 0.9933071490757153$.
#
# Write `math_sigmoid` for a single number, with `math.exp` from Python's standard library.
#
# This formula has a limit: **overflow**. For $x = -710$ it needs $e^{710}$, which is larger than the largest float
# (about $1.8 \cdot 10^{308}$). `math.exp` raises `OverflowError`, although the result is 0 to more than 300 decimals.
# If you multiply the numerator and the denominator by $e^x$, you get an equivalent formula, which overflows for large
# positive $x$ instead:
#
# $$\sigma(x) = \frac{e^{x}}{e^{x} + 1}$$
#
# So use the first formula for $x \ge 0$ and the second for $x < 0$. Then the exponent is never positive, and nothing
# overflows. Your function must be correct for *any* finite number, including -1000 and 1000.
#
# A list is not a number, so `math_sigmoid([1, 2, 3])` should raise `TypeError`. You do not have to do anything for
# that, because `math.exp` accepts only a single number. In the next exercise, NumPy's functions take whole arrays.

# %%
import math


def math_sigmoid(x):
    """Return 1 / (1 + e^-x) for a single finite number x, without overflow."""
    # BEGIN SOLUTION
    e = math.exp(-abs(x))
    numerator = 1 if x >= 0 else e
    return numerator / (1 + e)
    # END SOLUTION


# %% [markdown]
# Try it. You should see 0.9933071490757153, then 0.5, then two numbers that are 0 and 1 to many decimals. The
# `TypeError` at the end is the reason for the next exercise.

# %%
for x in (5, 0, -1000, 1000):
    print(x, math_sigmoid(x))
try:
    math_sigmoid([1, 2, 3])
except TypeError as error:
    print("TypeError:", error)
