"""Files, CFDI and an ERP into the tables: what each brings is held against what is known."""
