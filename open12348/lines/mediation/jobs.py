"""What mediation does by itself, each declared in a module of its own."""

from . import jobs_grading  # noqa: F401
