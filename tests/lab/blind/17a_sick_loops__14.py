# mistake: a loss that is higher at the end than at the start is called rising, though it only varies from batch to batch
# known mistake: loop A: another illness
# known mistake: loop B: another illness
# known mistake: loop E: another illness


import numpy as np

import glassnet as gn


def first_and_last_loss(loop):
    losses = {"A": (2.345, 2.447), "B": (2.345, 2.447), "C": (2.303, 2.274), "D": (2.345, 8.136), "E": (2.345, 2.447)}
    return losses[loop]


def illness(loop):
    first, last = first_and_last_loss(loop)
    return "rising loss" if last > first else "equal units"
