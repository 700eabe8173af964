"""
Calibration and confidence intervals
====================================

How certain is a measured accuracy, and do the probabilities of a network mean something?
"""

import matplotlib.pyplot as plt

import glassnet as gn

# %%
# Two networks
# ------------
# A network that stops early, and one that is trained for too long on the same rows.

train, valid, test = gn.load("moons", n=1200, noise=0.35, seed=0).split(0.2, 0.1, 0.7, seed=0)
layers = [gn.Dense(64, "relu"), gn.Dense(64, "relu"), gn.Dense(2, "softmax")]

stopped = gn.Network(2, layers, seed=0)
gn.fit(stopped, train, valid=valid, early_stopping=True, optimizer=gn.Adam(0.01), epochs=300, progress=False)
overfitted = gn.Network(2, layers, seed=0)
gn.fit(overfitted, train, optimizer=gn.Adam(0.01), epochs=300, progress=False)

# %%
# Accuracy with its interval
# --------------------------
# The test set is a sample. Wilson's interval contains the true accuracy in 95 of 100 such measurements.

correct = {}
for name, net in (("early stopping", stopped), ("300 epochs", overfitted)):
    correct[name] = net.predict(test.X) == test.y
    low, high = gn.intervals.wilson(int(correct[name].sum()), len(test.y))
    print(f"{name:15} accuracy {correct[name].mean():.1%}, 95% interval {low:.1%} to {high:.1%}")

print(gn.mcnemar_test(correct["early stopping"], correct["300 epochs"]))

# %%
# Calibration
# -----------
# Points on the diagonal are calibrated: of predictions with confidence 80%, 80% are correct. Points below it are
# overconfident.

figure, axis = plt.subplots(figsize=(5, 4), layout="constrained")
axis.axline((0.5, 0.5), slope=1, color="gray", linewidth=1)
for name, net in (("early stopping", stopped), ("300 epochs", overfitted)):
    curve = gn.calibration_curve(correct[name], net.predict_proba(test.X).max(axis=1))
    axis.plot(curve.confidence, curve.accuracy, "o-", label=f"{name}: error {curve.error:.3f}")
axis.set(xlabel="mean confidence", ylabel="accuracy", xlim=(0.5, 1), ylim=(0.3, 1.02))
axis.legend()
plt.show()
