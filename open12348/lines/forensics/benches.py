"""The pages of work of forensic appraisal, each declared in a module of its own."""

from . import bench_counts, bench_house, bench_register, bench_supervision  # noqa: F401
