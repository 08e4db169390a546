"""Words of the trade in common fields, so that `database_queries` needs no keywords of its own.

A domain belongs to the fields that the words of its name stand for. The lists hold what is hardly
said about anything else; whatever else tells a domain belongs into its `keywords`.
"""

from collections.abc import Iterable
from typing import Final

FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "database db sql orm persistence migrations": (
        *("sql", "mysql", "mariadb", "postgres", "postgresql", "sqlite", "mongodb", "nosql"),
        *("orm", "sqlalchemy", "alembic", "hibernate", "prisma", "migration", "transaction"),
        *("query", "query plan", "query planner", "explain analyze", "sequential scan"),
        *("full table scan", "subquery", "prepared statement", "stored procedure", "n+1"),
        *("join", "left join", "join table", "index", "partial index", "covering index"),
        *("composite index", "primary key", "foreign key", "not null", "where clause"),
        *("group by", "upsert", "schema", "materialized view", "isolation level", "deadlock"),
        *("row lock", "vacuum", "backfill", "soft delete", "read replica", "sharding"),
    ),
    "backend server": (
        *("api", "endpoint", "server", "server side", "handler", "request handler", "middleware"),
        *("controller", "service layer", "microservice", "business logic", "business rule"),
        *("api gateway", "rate limit", "message queue", "message broker", "job queue"),
        *("background job", "dead letter", "kafka", "rabbitmq", "celery", "grpc", "webhook"),
        *("idempotent", "idempotency", "circuit breaker", "thread pool", "connection pool"),
        *("jwt", "oauth", "django", "flask", "fastapi", "spring boot", "rest api"),
    ),
    "frontend ui css selector selectors component components": (
        *("css", "xpath", "locator", "selector", "aria", "accessibility", "shadow dom", "testid"),
        *("html", "dom", "react", "vue", "svelte", "angular", "jsx", "tailwind", "stylesheet"),
        *("flexbox", "css grid", "media query", "z index", "viewport", "hydration", "storybook"),
        *("useState", "useEffect", "button", "dropdown", "checkbox", "tooltip", "modal"),
    ),
    "test tests testing qa e2e": (
        *("test", "flaky", "assertion", "assert", "fixture", "mock", "stub", "e2e", "end to end"),
        *("playwright", "cypress", "selenium", "puppeteer", "jest", "vitest", "pytest", "junit"),
        *("regression", "screenshot", "page object", "coverage", "spec", "qa", "smoke test"),
        *("explicit wait", "wait", "test data", "testid", "intercept"),
    ),
    "security auth authentication": (
        *("xss", "csrf", "sql injection", "owasp", "cve", "vulnerability", "encryption", "tls"),
        *("oauth", "jwt", "bcrypt", "argon2", "password hash", "sanitize", "threat model"),
        *("access control", "privilege escalation", "authentication", "authorization"),
    ),
    "operations devops infrastructure deployment ci": (
        *("kubernetes", "helm", "terraform", "ansible", "docker", "dockerfile", "nginx"),
        *("ci pipeline", "github actions", "prometheus", "grafana", "canary", "blue green"),
        *("rollout", "autoscaling", "load balancer", "systemd", "health check", "runbook"),
    ),
}
"""The words of a domain's name that stand for a field, and the field's own."""


def vocabulary(name: Iterable[str]) -> tuple[str, ...]:
    """Returns the words of the fields that the words of a domain's name stand for."""
    asked = set(name)
    return tuple(
        term for names, terms in FIELDS.items() if asked & set(names.split()) for term in terms
    )
