"""The pages of work of forensic appraisal, each declared in a module of its own."""

from . import bench_house  # noqa: F401
