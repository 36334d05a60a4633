"""The pages of work of the notary line, each declared in a module of its own."""

from . import bench_counts, bench_desk, bench_offices, bench_register  # noqa: F401
