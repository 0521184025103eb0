"""Counts for operators: calls, findings, invalid drafts, times. Labels are ids of ours, never data of a call."""

from collections.abc import Callable, Mapping

from prometheus_client import Counter, Gauge, Histogram, generate_latest

CALLS = Counter("ldn_cds_calls", "Calls by service and HTTP status", ["service", "status"])
FINDINGS = Counter("ldn_cds_findings", "Findings by code and outcome", ["finding", "outcome"])
REFUSALS = Counter("ldn_cds_refusals", "Calls that were refused at the door, by tenant (none if not known) and reason", ["tenant", "reason"])
INVALID_DRAFTS = Counter("ldn_cds_invalid_drafts", "Draft orders that FHIR R4B does not accept")
NOT_READ = Counter("ldn_cds_not_read", "Lists that could not be read from a FHIR server, or not to their end, by reason", ["list", "reason"])
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
SECONDS = Histogram("ldn_cds_call_seconds", "Time of a call", ["service"], buckets=_BUCKETS)

FEEDBACK = Counter("ldn_cds_feedback", "Feedback entries kept, by service and outcome", ["service", "outcome"])
FEEDBACK_REFUSED = Counter("ldn_cds_feedback_refused", "Feedback refused with 503 because the store was down", ["service"])
AUDIT_UNWRITTEN = Counter("ldn_cds_audit_unwritten", "Calls answered while rows could not be written to the journal")

JOURNAL = Gauge("ldn_cds_journal_bytes", "Bytes of audit rows of this host that are not in the database yet")


def watch(backlog: Callable[[], int]) -> None:
    """Ask this for the bytes in the journal at each scrape."""
    JOURNAL.set_function(backlog)


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


def refused(tenant: str, reason: str) -> None:
    """Count a call that was not let in."""
    REFUSALS.labels(tenant, reason).inc()


def exposition() -> bytes:
    """All counts in the Prometheus text format."""
    return generate_latest()
