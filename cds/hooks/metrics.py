"""Counts for operators: calls, findings, invalid drafts, times. Labels are ids of ours, never data of a call."""

from collections.abc import Mapping

from prometheus_client import Counter, Histogram, generate_latest

CALLS = Counter("ldn_cds_calls", "Calls by service and HTTP status", ["service", "status"])
FINDINGS = Counter("ldn_cds_findings", "Findings by code and outcome", ["finding", "outcome"])
INVALID_DRAFTS = Counter("ldn_cds_invalid_drafts", "Draft orders that FHIR R4B does not accept")
NOT_READ = Counter("ldn_cds_not_read", "Lists that could not be read from a FHIR server, or not to their end, by reason", ["list", "reason"])
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
SECONDS = Histogram("ldn_cds_call_seconds", "Time of a call", ["service"], buckets=_BUCKETS)


def record(service: str, status: int, outcomes: Mapping[str, str], invalid_drafts: int, lacking: Mapping[str, str], seconds: float) -> None:
    """Count one call."""
    CALLS.labels(service, str(status)).inc()
    SECONDS.labels(service).observe(seconds)
    for code, outcome in outcomes.items():
        FINDINGS.labels(code, outcome).inc()
    if invalid_drafts:
        INVALID_DRAFTS.inc(invalid_drafts)
    for key, reason in lacking.items():
        NOT_READ.labels(key, reason).inc()


def exposition() -> bytes:
    """All counts in the Prometheus text format."""
    return generate_latest()
