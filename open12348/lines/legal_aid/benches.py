"""The pages of work of legal aid, each declared in a module of its own."""

from . import bench_counts, bench_duty, bench_firm  # noqa: F401
