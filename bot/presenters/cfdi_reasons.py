"""Why a CFDI is refused or odd, as sentences; what the reason is about stands before it in «»."""

from bot.i18n import N_

REASONS = {
    # the file
    "not_xml": N_("The file is not XML: there is no element in it."),
    "xml_broken": N_("The XML is damaged in line %(line)s: download it again from where it was issued."),
    "xml_size": N_("The XML is larger than %(limit)s; no CFDI is."),
    "xml_depth": N_("The XML nests its elements deeper than %(limit)s levels; no CFDI does."),
    "xml_dtd": N_("The XML declares a document type (DOCTYPE): a CFDI has none."),
    "not_cfdi": N_("is the root of this XML: it is not a CFDI, whose root is Comprobante."),
    "cfdi_version": N_("is a version of CFDI that is not read; these are: %(known)s."),
    "cfdi_namespace": N_("is the version of a CFDI whose namespace would be %(namespace)s; this one has another."),
    "cfdi_payroll": N_("It is a payroll receipt (type N): nobody owes it."),
    "cfdi_transport": N_("It is a transport document (type T): nobody owes it."),
    "cfdi_kind": N_("is not a type of CFDI that is read: these are I, E and P."),
    "cfdi_unstamped": N_("It has no SAT stamp (TimbreFiscalDigital), and so no UUID: import the stamped XML."),
    "cfdi_stamps": N_("It has several SAT stamps with different UUIDs."),
    "rep_without_payments": N_("It is a payment CFDI (type P) without the payments complement."),
    "rep_without_documents": N_("is a payment that names no document (DoctoRelacionado)."),
    "payment_form": N_("is not a form of payment of SAT: it has two digits."),
    # the archive
    "zip_broken": N_("The ZIP cannot be opened: it is damaged or not a ZIP."),
    "zip_without_xml": N_(
        "There is no XML in the ZIP: if it holds spreadsheets, take them out and import them by themselves."
    ),
    "zip_entries": N_("The ZIP holds more than %(limit)s files: divide it into several."),
    "zip_unpacked": N_("The ZIP holds more than %(limit)s unpacked: divide it into several."),
    "zip_nested": N_("It is an archive within the ZIP: take it out and import it by itself."),
    "zip_spreadsheet": N_("It is not read: take it out of the ZIP and import it by itself."),
    "zip_twice": N_("The ZIP holds a file of this name already; only the first was read."),
    "zip_absolute": N_("Its path in the ZIP begins at the root of a disk; this is not accepted."),
    "zip_outside": N_("Its path in the ZIP leads outside of it (..); this is not accepted."),
    "zip_link": N_("It is a link to another file and not a file."),
    "zip_encrypted": N_("It is protected with a password: make the ZIP without one."),
    "zip_method": N_("It is compressed in an unusual way: make the ZIP again, with Deflate."),
    "zip_ratio": N_("It becomes more than %(limit)s times larger when unpacked, as only a ZIP made to do harm does."),
    "zip_entry_broken": N_("It cannot be unpacked: the ZIP is damaged there."),
    # against what is known
    "unknown_rfc": N_("is not the RFC of any customer: import the customer first, with its RFC."),
    "own_rfc": N_("is the RFC of your own company: somebody sells to it there, and no customer owes it."),
    "several_customers": N_(
        "is the RFC of %(count)s customers: import the document first, so that it is known whose it is."
    ),
    "generic_rfc": N_("is the generic RFC: import the document first, so that it is known whose it is."),
    "other_kind": N_("is a charge here and a credit in the XML, or the other way round."),
    "cfdi_alike": N_(
        "has the folio, day and total of document %(document)s, and may be that one: load that one with its UUID."
    ),
    "other_total": N_("is not the total that document %(document)s has here: %(total)s."),
    "other_currency": N_("is not the currency that document %(document)s has here: %(currency)s."),
    "over_balance": N_(
        "is more than what is open on document %(document)s: %(balance)s. "
        "See whether the payment is there already, with another date or amount."
    ),
    # taken all the same
    "odd_rfc": N_("does not look like an RFC; the CFDI was taken all the same."),
    "other_issuer": N_("issued it, and not your company (%(rfc)s): see whether your customer owes it to you."),
    "pdf_unusable": N_("was not kept: it is not a PDF, is damaged or is larger than %(limit)s."),
    "replaced_in_force": N_("is replaced by this CFDI and in force here: cancel it here when SAT has cancelled it."),
    "replaces_in_force": N_(
        "replaces this CFDI, and both are in force here: cancel this one here when SAT has cancelled it."
    ),
    "replaced_rep": N_("had been paid to document %(document)s by a REP that this one replaces: it no longer counts."),
    "credit_taken_back": N_("had been applied to document %(document)s by this credit note: it no longer counts."),
    "credit_waits": N_("had been applied to this document by credit note %(document)s, which waits as a credit now."),
    "cfdi_method": N_("counts for document %(document)s, since SAT has it; the ERP or a file had said %(said)s."),
    "similar_payment": N_(
        "was applied to document %(document)s, which has a payment of that amount, without REP, of %(on)s: "
        "see whether they are the same."
    ),
    "similar_credit": N_(
        "was applied to document %(document)s, which has a credit of %(part)s of %(on)s: "
        "see whether that is part of it."
    ),
    "similar_note": N_(
        "was applied, and a CFDI had applied a credit note of %(whole)s to the document on %(on)s: "
        "see whether this is part of it."
    ),
    "similar_rep": N_(
        "was applied, and a CFDI had applied the same amount with date %(on)s: see whether they are the same."
    ),
}
