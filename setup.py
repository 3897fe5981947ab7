"""Lists the packages; everything else about the build stands in pyproject.toml."""

from setuptools import find_packages, setup

setup(
    packages=[
        "quantengine",
        *(f"quantengine.{name}" for name in find_packages("quantengine")),
        "quantengine.resources",
        "quantscope",
        *(f"quantscope.{name}" for name in find_packages("app")),
    ]
)
