"""A statement for programs: the shape that product section 15 fixes."""

from bot.domain.statement import Section, Statement, StatementRow


def statement_json(statement: Statement) -> dict[str, object]:
    """The statement as JSON values: dates ISO, amounts as strings with the currency's decimals.

    Beside the fixed keys: `loaded_until`, and per currency the unapplied `credits` (rows that no total counts).
    """
    return {
        "customer": {"code": statement.customer.code, "name": statement.customer.name},
        "as_of": statement.as_of.isoformat(),
        "loaded_until": statement.loaded_until.isoformat() if statement.loaded_until else None,
        "currencies": [_section(section) for section in statement.sections],
    }


def _section(section: Section) -> dict[str, object]:
    return {
        "currency": section.currency,
        "rows": [_row(row) for row in section.rows],
        "totals": {
            "original": str(section.original),
            "paid": str(section.paid),
            "balance": str(section.balance),
        },
        "aging": {key: str(amount) for key, amount in section.aging.items()},
        "credits": [_row(row) for row in section.credits],
    }


def _row(row: StatementRow) -> dict[str, object]:
    document = row.document
    return {
        "issued": document.issued.isoformat(),
        "due": document.due.isoformat(),
        "credit_limit": str(row.credit_limit),
        "concept_code": document.concept_code,
        "concept": document.concept,
        "series": document.series,
        "folio": document.folio,
        "uuid": document.uuid,
        "days_overdue": row.days_overdue,
        "original": str(row.original),
        "paid": str(row.paid),
        "balance": str(row.balance),
    }
