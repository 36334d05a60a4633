"""The pages of work of this line."""

from . import bench_counsel as bench_counsel
from . import bench_register as bench_register
