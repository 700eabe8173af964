# %% [markdown]
# # Exercise 6a · The sigmoid of one number
#
# A neuron adds up what reaches it, and the sum can be any number. An **activation function** makes the neuron's output
# of it. One of the oldest is the **sigmoid**: it turns any number into one between 0 and 1, large ones into almost 1,
# negative ones into almost 0, and 0 into one half.
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}}$$
#
# For example, $\sigma(5) = 0.9933071490757153$.
#
# Write `math_sigmoid` for one number, with `math.exp` of Python's standard library.
#
# The formula as it stands has a limit. For $x = -710$ it asks for $e^{710}$, which is larger than the largest float
# (about $1.8 \cdot 10^{308}$), and `math.exp` raises `OverflowError`, although the result is simply 0 to more than 300
# decimals. The same fraction, multiplied by $e^x$ above and below the line, has the opposite limit:
#
# $$\sigma(x) = \frac{e^{x}}{e^{x} + 1}$$
#
# So use one form for $x \ge 0$ and the other for $x < 0$: then the exponent is never positive, and no number is too
# large. Your function has to be right for *any* finite number, -1000 and 1000 included.
#
# A list is not a number. `math_sigmoid([1, 2, 3])` has to end in a `TypeError`; you need not do anything for that.
# `math.exp` takes one number and no more. In the next exercise NumPy's functions take whole arrays.

# %%
import math


def math_sigmoid(x):
    """Return 1 / (1 + e^-x) of one number x, whatever its size."""
    # BEGIN ANSWER
    e = math.exp(-abs(x))
    above = 1 if x >= 0 else e
    return above / (1 + e)
    # END ANSWER


# %% [markdown]
# Try it. You should see 0.9933071490757153, then 0.5, then two numbers that are 0 and 1 to many decimals, and then the
# reason for the next exercise.

# %%
for x in (5, 0, -1000, 1000):
    print(x, math_sigmoid(x))
try:
    math_sigmoid([1, 2, 3])
except TypeError as error:
    print("TypeError:", error)
