"""Why a CFDI is refused or odd, as sentences; what the reason is about stands before it in «»."""

from collections.abc import Callable, Mapping

from bot.i18n import Language

REASONS: dict[str, Callable[[Language, Mapping[str, object]], str]] = {
    # the file
    "not_xml": lambda t, _: t.gettext("The file is not XML: there is no element in it."),
    "xml_broken": lambda t, params: t.gettext(
        "The XML is damaged in line %(line)s: download it again from where it was issued.", **params
    ),
    "xml_size": lambda t, params: t.gettext("The XML is larger than %(limit)s; no CFDI is.", **params),
    "xml_depth": lambda t, params: t.gettext(
        "The XML nests its elements deeper than %(limit)s levels; no CFDI does.", **params
    ),
    "xml_dtd": lambda t, _: t.gettext("The XML declares a document type (DOCTYPE): a CFDI has none."),
    "not_cfdi": lambda t, _: t.gettext("is the root of this XML: it is not a CFDI, whose root is Comprobante."),
    "cfdi_version": lambda t, params: t.gettext(
        "is a version of CFDI that is not read; these are: %(known)s.", **params
    ),
    "cfdi_namespace": lambda t, params: t.gettext(
        "is the version of a CFDI whose namespace would be %(namespace)s; this one has another.", **params
    ),
    "cfdi_payroll": lambda t, _: t.gettext("It is a payroll receipt (type N): nobody owes it."),
    "cfdi_transport": lambda t, _: t.gettext("It is a transport document (type T): nobody owes it."),
    "cfdi_kind": lambda t, _: t.gettext("is not a type of CFDI that is read: these are I, E and P."),
    "cfdi_unstamped": lambda t, _: t.gettext(
        "It has no SAT stamp (TimbreFiscalDigital), and so no UUID: import the stamped XML."
    ),
    "cfdi_stamps": lambda t, _: t.gettext("It has several SAT stamps with different UUIDs."),
    "rep_without_payments": lambda t, _: t.gettext("It is a payment CFDI (type P) without the payments complement."),
    "rep_without_documents": lambda t, _: t.gettext("is a payment that names no document (DoctoRelacionado)."),
    "payment_form": lambda t, _: t.gettext("is not a form of payment of SAT: it has two digits."),
    # the archive
    "zip_broken": lambda t, _: t.gettext("The ZIP cannot be opened: it is damaged or not a ZIP."),
    "zip_without_xml": lambda t, _: t.gettext(
        "There is no XML in the ZIP: if it holds spreadsheets, take them out and import them by themselves."
    ),
    "zip_entries": lambda t, params: t.gettext(
        "The ZIP holds more than %(limit)s files: divide it into several.", **params
    ),
    "zip_unpacked": lambda t, params: t.gettext(
        "The ZIP holds more than %(limit)s unpacked: divide it into several.", **params
    ),
    "zip_nested": lambda t, _: t.gettext("It is an archive within the ZIP: take it out and import it by itself."),
    "zip_spreadsheet": lambda t, _: t.gettext("It is not read: take it out of the ZIP and import it by itself."),
    "zip_twice": lambda t, _: t.gettext("The ZIP holds a file of this name already; only the first was read."),
    "zip_absolute": lambda t, _: t.gettext("Its path in the ZIP begins at the root of a disk; this is not accepted."),
    "zip_outside": lambda t, _: t.gettext("Its path in the ZIP leads outside of it (..); this is not accepted."),
    "zip_link": lambda t, _: t.gettext("It is a link to another file and not a file."),
    "zip_encrypted": lambda t, _: t.gettext("It is protected with a password: make the ZIP without one."),
    "zip_method": lambda t, _: t.gettext("It is compressed in an unusual way: make the ZIP again, with Deflate."),
    "zip_ratio": lambda t, params: t.gettext(
        "It becomes more than %(limit)s times larger when unpacked, as only a ZIP made to do harm does.", **params
    ),
    "zip_entry_broken": lambda t, _: t.gettext("It cannot be unpacked: the ZIP is damaged there."),
    # against what is known
    "unknown_rfc": lambda t, _: t.gettext("is not the RFC of any customer: import the customer first, with its RFC."),
    "several_customers": lambda t, params: t.gettext(
        "is the RFC of %(count)s customers: import the document first, so that it is known whose it is.", **params
    ),
    "generic_rfc": lambda t, _: t.gettext(
        "is the generic RFC: import the document first, so that it is known whose it is."
    ),
    "other_kind": lambda t, _: t.gettext("is a charge here and a credit in the XML, or the other way round."),
    "other_total": lambda t, params: t.gettext(
        "is not the total that document %(document)s has here: %(total)s.", **params
    ),
    "other_currency": lambda t, params: t.gettext(
        "is not the currency that document %(document)s has here: %(currency)s.", **params
    ),
    "over_balance": lambda t, params: t.gettext(
        "is more than what is open on document %(document)s: %(balance)s. "
        "See whether the payment is there already, with another date or amount.",
        **params,
    ),
    # taken all the same
    "odd_rfc": lambda t, _: t.gettext("does not look like an RFC; the CFDI was taken all the same."),
    "other_issuer": lambda t, params: t.gettext(
        "issued it, and not your company (%(rfc)s): see whether your customer owes it to you.", **params
    ),
    "pdf_unusable": lambda t, params: t.gettext(
        "was not kept: it is not a PDF, is damaged or is larger than %(limit)s.", **params
    ),
    "replaced_in_force": lambda t, _: t.gettext(
        "is replaced by this CFDI and in force here: cancel it here when SAT has cancelled it."
    ),
    "replaces_in_force": lambda t, _: t.gettext(
        "replaces this CFDI, and both are in force here: cancel this one here when SAT has cancelled it."
    ),
    "replaced_rep": lambda t, params: t.gettext(
        "had been paid to document %(document)s by a REP that this one replaces: it no longer counts.", **params
    ),
    "credit_taken_back": lambda t, params: t.gettext(
        "had been applied to document %(document)s by this credit note: it no longer counts.", **params
    ),
    "credit_waits": lambda t, params: t.gettext(
        "had been applied to this document by credit note %(document)s, which waits as a credit now.", **params
    ),
    "cfdi_method": lambda t, params: t.gettext(
        "counts for document %(document)s, since SAT has it; the ERP or a file had said %(said)s.", **params
    ),
    "similar_payment": lambda t, params: t.gettext(
        "was applied to document %(document)s, which has a payment of that amount, without REP, of %(on)s: "
        "see whether they are the same.",
        **params,
    ),
    "similar_credit": lambda t, params: t.gettext(
        "was applied to document %(document)s, which has a credit of %(part)s of %(on)s: "
        "see whether that is part of it.",
        **params,
    ),
    "similar_note": lambda t, params: t.gettext(
        "was applied, and a CFDI had applied a credit note of %(whole)s to the document on %(on)s: "
        "see whether this is part of it.",
        **params,
    ),
    "similar_rep": lambda t, params: t.gettext(
        "was applied, and a CFDI had applied the same amount with date %(on)s: see whether they are the same.",
        **params,
    ),
}
