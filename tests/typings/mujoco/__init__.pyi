# MuJoCo's Python package is compiled and carries no types that pyright can read: everything in it is Any.
from typing import Any

def __getattr__(name: str) -> Any: ...
