"""The pages of work of mediation, each declared in a module of its own; and the check of certificates, open to everybody."""

from . import bench_committees, bench_counts, bench_grades, bench_subsidy, bench_today, grade_check, ledger  # noqa: F401
