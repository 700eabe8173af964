"""glassnet: a neural network you can see through.

Fully connected networks in plain Python and NumPy: every number can be inspected, and every formula is next to the code
that computes it.

>>> import glassnet as gn
>>> train, test = gn.load("digits").split(0.6, 0.4, seed=0)
>>> scale = gn.Divide(16)
>>> net = gn.Network(64, [gn.Dense(32, "relu"), gn.Dense(10, "softmax")], seed=0)
>>> history = gn.fit(net, (scale.transform(train.X), train.y), optimizer=gn.Adam(0.003), epochs=20, progress=False)
>>> model = gn.Model(scale, net, train.class_names)
>>> bool((model.predict(test.X) == test.y.astype(str)).mean() > 0.9)
True
"""

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from glassnet.api import *  # noqa: F403 - all of it, and only what `__all__` there names
else:

    def __getattr__(name: str) -> Any:
        """Import a public name on first access, so that `import glassnet` is fast."""
        # Not `from glassnet import api`, which would call this function with "api".
        api = importlib.import_module("glassnet.api")
        if name != "__all__" and name not in api.__all__:
            raise AttributeError(f"module 'glassnet' has no attribute {name!r}")
        value = globals()[name] = getattr(api, name)
        return value

    def __dir__() -> list[str]:
        return ["__version__", *importlib.import_module("glassnet.api").__all__]
