"""The tables of a company of CONTPAQi Comercial: only the columns that are read, by their own names.

Amounts and folios are floats there, dates are midnights, «none» is 0, '' or 1899-12-30, and nothing is NULL.
"""

from sqlalchemy import Column, DateTime, Float, Integer, MetaData, String, Table

from bot.domain.receivables import ApplicationKind, DocumentKind

# SQL Server takes 2,100 parameters in a query (Microsoft, «Maximum capacity specifications for SQL Server»).
MAX_PARAMETERS = 2_100
# Rows or ids of one query; what remains is for the conditions.
IDS_PER_QUERY = MAX_PARAMETERS - 100

# admDocumentos.CNATURALEZA
CHARGE, CREDIT = 0, 1
# admClientes.CTIPOCLIENTE: customers, and those who are suppliers too.
CUSTOMER_TYPES = (1, 2)
# admFoliosDigitales.CESTADO: a CFDI that was issued and not cancelled, and one that was.
ISSUED, CANCELLED = 2, 3
# admDocumentos.CCANTPARCI holds SAT's MetodoPago.
PUE, PPD = 1, 2

# CIDDOCUMENTODE, the fixed catalogue of kinds (admDocumentosModelo), as far as customers owe or pay by it.
CHARGES = {
    4: DocumentKind.INVOICE,
    11: DocumentKind.INVOICE,  # fees
    35: DocumentKind.INVOICE,  # sales ticket
    13: DocumentKind.DEBIT_NOTE,
    15: DocumentKind.DEBIT_NOTE,  # promissory note
    16: DocumentKind.DEBIT_NOTE,  # late interest
}
CREDITS = {
    9: DocumentKind.PAYMENT_ON_ACCOUNT,
    10: DocumentKind.PAYMENT_ON_ACCOUNT,  # cheque received
    12: DocumentKind.PAYMENT_ON_ACCOUNT,
    5: DocumentKind.CREDIT_NOTE,  # return
    7: DocumentKind.CREDIT_NOTE,
    14: DocumentKind.CREDIT_NOTE,  # prompt payment
    36: DocumentKind.CREDIT_NOTE,  # return of a sales ticket
}
# How a credit lowers what it is applied to; any kind not named here is no payment, so it keeps no promise.
APPLICATIONS = {
    9: ApplicationKind.PAYMENT,
    10: ApplicationKind.PAYMENT,
    12: ApplicationKind.PAYMENT,
    14: ApplicationKind.DISCOUNT,
    5: ApplicationKind.RETURN,
    36: ApplicationKind.RETURN,
}
OTHER_APPLICATION = ApplicationKind.CREDIT_NOTE

_company = MetaData()

customers = Table(
    "admClientes",
    _company,
    Column("CIDCLIENTEPROVEEDOR", Integer, primary_key=True),
    Column("CCODIGOCLIENTE", String(30)),
    Column("CRAZONSOCIAL", String(254)),
    Column("CRFC", String(20)),
    Column("CTIPOCLIENTE", Integer),
    Column("CLIMITECREDITOCLIENTE", Float),
    Column("CDIASCREDITOCLIENTE", Integer),
    Column("CIDAGENTEVENTA", Integer),
    Column("CIDAGENTECOBRO", Integer),
    Column("CEMAIL1", String(60)),
    Column("CEMAIL2", String(60)),
    Column("CEMAIL3", String(60)),
)
agents = Table(
    "admAgentes",
    _company,
    Column("CIDAGENTE", Integer, primary_key=True),
    Column("CCODIGOAGENTE", String(30)),
)
concepts = Table(
    "admConceptos",
    _company,
    Column("CIDCONCEPTODOCUMENTO", Integer, primary_key=True),
    Column("CCODIGOCONCEPTO", String(30)),
    Column("CNOMBRECONCEPTO", String(60)),
)
# Its other columns differ by version: it is read whole.
currencies = Table("admMonedas", _company, Column("CIDMONEDA", Integer, primary_key=True))
documents = Table(
    "admDocumentos",
    _company,
    Column("CIDDOCUMENTO", Integer, primary_key=True),
    Column("CIDDOCUMENTODE", Integer),
    Column("CIDCONCEPTODOCUMENTO", Integer),
    Column("CSERIEDOCUMENTO", String(11)),
    Column("CFOLIO", Float),
    Column("CFECHA", DateTime),
    Column("CFECHAVENCIMIENTO", DateTime),
    Column("CIDCLIENTEPROVEEDOR", Integer),
    Column("CIDMONEDA", Integer),
    Column("CTIPOCAMBIO", Float),
    Column("CREFERENCIA", String(20)),
    Column("CNATURALEZA", Integer),
    Column("CPLANTILLA", Integer),
    Column("CAFECTADO", Integer),
    Column("CCANCELADO", Integer),
    Column("CUSACLIENTE", Integer),
    Column("CTOTAL", Float),
    Column("CPENDIENTE", Float),
    Column("CMETODOPAG", String(100)),
    Column("CCANTPARCI", Integer),
    Column("CTIMESTAMP", String(23)),
)
associations = Table(
    "admAsocCargosAbonos",
    _company,
    Column("CIDDOCUMENTOABONO", Integer, primary_key=True),
    Column("CIDDOCUMENTOCARGO", Integer, primary_key=True),
    Column("CIMPORTEABONO", Float),
    Column("CIMPORTECARGO", Float),
)
folios = Table(
    "admFoliosDigitales",
    _company,
    Column("CIDFOLDIG", Integer, primary_key=True),
    Column("CIDDOCTO", Integer),
    Column("CIDCPTODOC", Integer),
    Column("CESTADO", Integer),
    Column("CUUID", String(60)),
)
