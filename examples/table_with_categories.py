"""
A table with categories and missing values
==========================================

A CSV file with numbers, categories, and empty cells goes in; a model that predicts from such a table comes out.
"""

import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import glassnet as gn

# %%
# The table
# ---------
# 400 homes whose price depends on area, rooms, city, and garden. Some cells are empty.

rng = np.random.default_rng(0)
area = rng.normal(90, 25, 400).clip(30).round()
rooms = (area / 25 + rng.normal(0, 0.7, 400)).round().clip(1)
city = rng.choice(["Bern", "Basel", "Zurich"], 400)
garden = rng.choice(["yes", "no", ""], 400, p=[0.4, 0.5, 0.1])
price = 3 * area + 25 * rooms + 150 * (city == "Zurich") + 40 * (garden == "yes") + rng.normal(0, 25, 400)

rows = zip(area, np.where(rng.random(400) < 0.05, "", rooms.astype(str)), city, garden, price.round(), strict=True)
lines = ["area,rooms,city,garden,price", *(",".join(map(str, row)) for row in rows)]
with tempfile.TemporaryDirectory() as folder:
    file = Path(folder) / "homes.csv"
    file.write_text("\n".join(lines))
    print("\n".join(lines[:4]))
    homes = gn.load(str(file), target="price")
    recipe = gn.load_recipe(str(file))

# %%
# Train
# -----
# The default recipe for tables standardizes numbers, encodes categories, marks missing values, and stops early. On the
# command line, this is ``glassnet train homes.csv --target price``.

run = gn.run_recipe(recipe, homes)
test = run.parts["test"]
predicted = run.model.predict(test.X)
print(gn.metrics.rmse(test.y, predicted))
print(gn.metrics.r2(test.y, predicted))

# %%
# Predictions and feature importance
# ----------------------------------

importance = gn.permutation_importance(lambda rows: -gn.metrics.rmse(test.y, run.model.predict(rows)), test.X)

figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.5), layout="constrained")
left.scatter(test.y, predicted, s=12)
left.axline((test.y.mean(), test.y.mean()), slope=1, color="gray", linewidth=1)
left.set(xlabel="price", ylabel="predicted price")
right.barh(test.X.columns, importance.mean, xerr=importance.spread)
right.set(xlabel="increase of the RMSE when shuffled")
plt.show()
