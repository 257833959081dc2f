"""A remittance file that a payer returned, held against the ledger: a proposal, of which nothing is kept."""

from pathlib import Path

from bot.domain.occasion import Occasion
from bot.domain.receivables import despite_zeros, without_decimals
from bot.domain.remittance import Proposal, propose
from bot.imports.remittance import read_remittance
from bot.services.enclosing import InvoiceFiles
from bot.services.reconcile import Transactions, kept_reps
from bot.store import audit, rep_ledger


def proposal(
    transactions: Transactions, act: Occasion, path: Path, vault: InvoiceFiles, *, decimal_comma: bool = False
) -> Proposal:
    """How the file is applied to the documents that the person may see; raises UnreadableFile."""
    file = read_remittance(path, decimal_comma=decimal_comma)
    uuids = {row.uuid for row in file.rows if row.uuid}
    written = {folio for row in file.rows if not row.uuid for folio in (row.folio, without_decimals(row.folio))}
    folios = {folio for each in written for folio in despite_zeros(each)}
    with transactions() as session:
        books = rep_ledger.named(session, act.person, uuids, folios)
        audit.seen(session, act, "remittance", sorted({book.customer_code for book in books.values()}))
    reps, _ = kept_reps(books.values(), vault)
    return propose(file, tuple(books.values()), reps, act.today)
