"""`make bench`: every table, one after the other."""

from tests.bench import (
    bench_broadcast,
    bench_console,
    bench_contenders,
    bench_danger,
    bench_due,
    bench_feedback,
    bench_inbound,
    bench_sms_cost,
    bench_starting,
)

for bench in (
    bench_starting,
    bench_inbound,
    bench_broadcast,
    bench_contenders,
    bench_due,
    bench_console,
    bench_danger,
    bench_feedback,
    bench_sms_cost,
):
    bench.main()
