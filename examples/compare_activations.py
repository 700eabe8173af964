"""
Activations and their decision boundaries
=========================================

The same network with five activations separates two half moons. Without an activation, the boundary is a straight line.
"""

import matplotlib.pyplot as plt
import numpy as np

import glassnet as gn

moons = gn.load("moons", n=400, noise=0.2, seed=0)
train, test = moons.split(0.7, 0.3, seed=0)

# %%
# Train one network per activation
# --------------------------------

networks = {}
for activation in ("identity", "relu", "leaky_relu", "tanh", "sigmoid", "gelu"):
    net = gn.Network(2, [gn.Dense(16, activation), gn.Dense(16, activation), gn.Dense(2, "softmax")], seed=1)
    gn.fit(net, train, optimizer=gn.Adam(0.01), epochs=150, progress=False)
    networks[activation] = net
    print(f"{activation:10}  test accuracy {(net.predict(test.X) == test.y).mean():.1%}")

# %%
# Decision boundaries
# -------------------
# The color is the probability of the second class. ReLU networks draw straight pieces, smooth activations draw curves.

x, y = np.meshgrid(np.linspace(-1.8, 2.8, 120), np.linspace(-1.3, 1.8, 120))
grid = np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32)  # (n, 2)

figure, axes = plt.subplots(2, 3, figsize=(8, 5), layout="constrained", sharex=True, sharey=True)
for axis, (activation, net) in zip(axes.flat, networks.items(), strict=True):
    p = net.predict_proba(grid)[:, 1].reshape(x.shape)
    axis.contourf(x, y, p, levels=np.linspace(0, 1, 11), cmap="RdBu", alpha=0.45)
    axis.contour(x, y, p, levels=[0.5], colors="black", linewidths=1)
    axis.scatter(*test.X.T, c=test.y, cmap="RdBu", edgecolors="white", linewidths=0.6, s=24)
    axis.set_title(activation)
plt.show()
