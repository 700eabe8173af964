"""The playground: a network that trains while one looks at it and changes it, in a browser and in notebooks.

`glassnet.playground(net, data)` shows it in a notebook, `glassnet playground` on the command line in a browser.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


class _Callable(ModuleType):
    """This package, which is also the function `glassnet.playground`: both have the same name."""

    def __call__(self, net: Any = None, data: Any = None, *, test: Any = None) -> Any:
        from glassnet.playground.notebook import playground

        return playground(net, data, test=test)


sys.modules[__name__].__class__ = _Callable
