"""
One prediction, number by number
================================

A trace holds every number of one forward and backward pass. Printed, it writes out each formula with its numbers.
"""

import matplotlib.pyplot as plt
import numpy as np

import glassnet as gn

iris = gn.load("iris")
scale = gn.Standardize().fit(iris.X)
X, y = scale.transform(iris.X), iris.y

net = gn.Network(4, [gn.Dense(3, "tanh"), gn.Dense(3, "softmax")], seed=0)
gn.fit(net, (X, y), optimizer=gn.Adam(0.02), epochs=30, progress=False)

# %%
# Forward and backward
# --------------------
# Row 70 is a versicolor. Pre-activations are z, activations a; dz, da, dW, and db are derivatives of the loss.

trace = net.trace(X[70:71], y[70:71])
print(trace)

# %%
# The same by hand
# ----------------
# Every line above is ordinary arithmetic.

W1, b1, W2, b2 = net.named_parameters().values()
z1 = X[70:71] @ W1 + b1  # (1, 3)
z2 = np.tanh(z1) @ W2 + b2  # (1, 3)
p = np.exp(z2 - z2.max()) / np.exp(z2 - z2.max()).sum()
assert np.allclose(p, trace["dense2"].a, atol=1e-6)

dz2 = p - np.eye(3)[y[70]]
dW = np.tanh(z1).T @ dz2  # (3, 3)
assert np.allclose(dW, trace["dense2"].dW, atol=1e-6)
print("probabilities:", p.round(3))

# %%
# Activations of the hidden layer
# -------------------------------
# Three hidden units are enough to separate the species.

hidden = net.trace(X, y)["dense1"].a  # (150, 3)
figure, axis = plt.subplots(figsize=(6, 4), layout="constrained")
for index, name in enumerate(iris.class_names):
    axis.scatter(*hidden[y == index, :2].T, s=16, label=name)
axis.set(xlabel="unit 0", ylabel="unit 1", title="activations of two hidden units")
axis.legend()
plt.show()
