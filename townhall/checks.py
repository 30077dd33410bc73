"""What must hold before the site starts."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from accounts.colours import LEAST_CONTRAST
from records.retention import STEPS
from townhall import theme
from townhall.about.statement import read_results
from townhall.database.privileges import site_role


@register(Tags.security, deploy=True)
def demonstration_is_off(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a deployment that carries the demonstration's well-known passwords."""
    if settings.DEMONSTRATION:
        return [
            Error(
                "TOWNHALL_DEMO is on: its accounts have a public password.",
                id="townhall.E1",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def site_owns_no_tables(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Remind that whoever gets hold of the site could otherwise empty the audit trail."""
    if site_role():
        return []
    return [
        Warning(
            "The role that the site uses owns its tables, so it could empty the audit trail.",
            hint="Name a role for the site in DATABASE_URL and another in DATABASE_OWNER_URL"
            " (docs/deploy.md, section 3), and run migrate.",
            id="townhall.W2",
        )
    ]


@register(theme.CHECKS)
def colour_can_be_read(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a colour of the council in which people could not read."""
    colour = settings.COUNCIL_COLOUR
    if not colour:
        return []
    if not theme.HEX.fullmatch(colour):
        problem = f"COUNCIL_COLOUR is {colour!r}; it must be written like #0b5563."
        return [Error(problem, id="townhall.E2")]
    if weak := theme.weak_pairs(colour):
        problem = f"COUNCIL_COLOUR {colour} cannot be read well: {'; '.join(weak)}."
        hint = f"At least {LEAST_CONTRAST} is needed. {theme.readable_shade(colour)} would do."
        return [Error(problem, hint=hint, id="townhall.E3")]
    return []


@register(theme.CHECKS)
def logo_can_be_shown(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a mark of the council that no browser would show."""
    file = theme.logo()
    problem = theme.problem_of_logo(file) if file else ""
    return [Error(f"COUNCIL_LOGO: {problem}.", id="townhall.E4")] if problem else []


@register(deploy=True)
def accessibility_was_tested_lately(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Remind of the yearly review that the accessibility statement needs by law."""
    try:
        results = read_results()
    except ValueError as error:
        return [
            Error(
                f"The results of the accessibility tests cannot be read: {error}", id="townhall.E5"
            )
        ]
    if results is not None and results.is_old:
        return [
            Warning(
                f"Accessibility was last tested on {results.tested_on}, over a year ago.",
                hint="Run ./dev test -m accessibility, and keep the results that it writes.",
                id="townhall.W1",
            )
        ]
    return []


@register()
def retention_is_long_enough(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse periods so short that people would be told twice, or lose what they need."""
    return [
        Error(
            f"RETENTION_{step.name.upper()} is {step.days}; it must be at least {step.minimum}.",
            id="townhall.E6",
        )
        for step in STEPS
        if step.days < step.minimum
    ]
