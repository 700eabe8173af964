"""
Handwritten digits from scratch
===============================

A network with one hidden layer reads scikit-learn's handwritten digits. The training loop is an ordinary ``for`` loop.
"""

import matplotlib.pyplot as plt

import glassnet as gn

# %%
# Load and split
# --------------
# 1797 images of 8×8 pixels with values from 0 to 16. The split is shuffled and stratified.

train, test = gn.load("digits").split(0.6, 0.4, seed=0)
scale = gn.Divide(16)  # pixels become 0 to 1
X, y = scale.transform(train.X), train.y
X_test, y_test = scale.transform(test.X), test.y
print(train)

# %%
# Train
# -----
# ``gn.train`` yields one record per epoch.

net = gn.Network(64, [gn.Dense(100, "relu"), gn.Dense(10, "softmax")], seed=0)
print(net.summary())

records = list(gn.train(net, (X, y), valid=(X_test, y_test), optimizer=gn.Adam(1e-3), epochs=40))
print(f"test accuracy: {records[-1].valid_accuracy:.1%}")

# %%
# Learning curves
# ---------------

figure, axis = plt.subplots(figsize=(6, 3.5), layout="constrained")
axis.semilogy([record.loss for record in records], label="training set")
axis.semilogy([record.valid_loss for record in records], label="test set")
axis.set(xlabel="epoch", ylabel="cross entropy")
axis.legend()
plt.show()

# %%
# Errors
# ------
# The model takes raw pixels and returns digits.

model = gn.Model(scale, net, train.classes)
predicted = model.predict(test.X)
wrong = (predicted != y_test).nonzero()[0]

figure, axes = plt.subplots(1, 6, figsize=(7, 1.7), layout="constrained")
for axis, row in zip(axes, wrong[:6], strict=True):
    axis.imshow(test.X[row].reshape(8, 8), cmap="gray_r")
    axis.set_title(f"{y_test[row]} → {predicted[row]}")
    axis.axis("off")
plt.show()
