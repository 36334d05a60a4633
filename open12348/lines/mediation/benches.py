"""The pages of work of mediation, each declared in a module of its own."""

from . import bench_committees, bench_counts, bench_grades, bench_subsidy, bench_today, ledger  # noqa: F401
