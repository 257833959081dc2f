-- all_currencies
SELECT * 
FROM [admMonedas]

-- all_customers
SELECT [admClientes].[CIDCLIENTEPROVEEDOR], [admClientes].[CCODIGOCLIENTE], [admClientes].[CRAZONSOCIAL], [admClientes].[CRFC], [admClientes].[CTIPOCLIENTE], [admClientes].[CLIMITECREDITOCLIENTE], [admClientes].[CDIASCREDITOCLIENTE], [admClientes].[CIDAGENTEVENTA], [admClientes].[CIDAGENTECOBRO], [admClientes].[CEMAIL1], [admClientes].[CEMAIL2], [admClientes].[CEMAIL3], cobro.[CCODIGOAGENTE] AS collector, venta.[CCODIGOAGENTE] AS seller 
FROM [admClientes] LEFT OUTER JOIN [admAgentes] AS cobro ON cobro.[CIDAGENTE] = [admClientes].[CIDAGENTECOBRO] AND cobro.[CIDAGENTE] != :CIDAGENTE_1 LEFT OUTER JOIN [admAgentes] AS venta ON venta.[CIDAGENTE] = [admClientes].[CIDAGENTEVENTA] AND venta.[CIDAGENTE] != :CIDAGENTE_2 
WHERE [admClientes].[CTIPOCLIENTE] IN (:CTIPOCLIENTE_1_1, :CTIPOCLIENTE_1_2) AND [admClientes].[CCODIGOCLIENTE] != :CCODIGOCLIENTE_1

-- filled_in
SELECT max([admClientes].[CIDAGENTECOBRO]) AS [CIDAGENTECOBRO], max([admClientes].[CIDAGENTEVENTA]) AS [CIDAGENTEVENTA], max([admClientes].[CEMAIL1]) AS [CEMAIL1], max([admClientes].[CEMAIL2]) AS [CEMAIL2], max([admClientes].[CEMAIL3]) AS [CEMAIL3], max([admClientes].[CLIMITECREDITOCLIENTE]) AS [CLIMITECREDITOCLIENTE], max([admClientes].[CDIASCREDITOCLIENTE]) AS [CDIASCREDITOCLIENTE] 
FROM [admClientes] 
WHERE [admClientes].[CTIPOCLIENTE] IN (:CTIPOCLIENTE_1_1, :CTIPOCLIENTE_1_2)

-- newest_stamp
SELECT max(substring([admDocumentos].[CTIMESTAMP], :substring_1, :substring_2) + substring([admDocumentos].[CTIMESTAMP], :substring_3, :substring_4) + substring([admDocumentos].[CTIMESTAMP], :substring_5, :substring_6) + substring([admDocumentos].[CTIMESTAMP], :substring_7, :substring_8)) AS newest 
FROM [admDocumentos] 
WHERE [admDocumentos].[CTIMESTAMP] LIKE :CTIMESTAMP_1

-- counting_ids
SELECT TOP 3 [admDocumentos].[CIDDOCUMENTO] 
FROM [admDocumentos] JOIN [admClientes] ON [admClientes].[CIDCLIENTEPROVEEDOR] = [admDocumentos].[CIDCLIENTEPROVEEDOR] AND [admClientes].[CTIPOCLIENTE] IN (:CTIPOCLIENTE_1_1, :CTIPOCLIENTE_1_2) 
WHERE [admDocumentos].[CPLANTILLA] = :CPLANTILLA_1 AND [admDocumentos].[CAFECTADO] = :CAFECTADO_1 AND [admDocumentos].[CCANCELADO] = :CCANCELADO_1 AND ([admDocumentos].[CNATURALEZA] = :CNATURALEZA_1 AND [admDocumentos].[CIDDOCUMENTODE] IN (:CIDDOCUMENTODE_1_1, :CIDDOCUMENTODE_1_2, :CIDDOCUMENTODE_1_3, :CIDDOCUMENTODE_1_4, :CIDDOCUMENTODE_1_5, :CIDDOCUMENTODE_1_6) OR [admDocumentos].[CNATURALEZA] = :CNATURALEZA_2 AND [admDocumentos].[CIDDOCUMENTODE] IN (:CIDDOCUMENTODE_2_1, :CIDDOCUMENTODE_2_2, :CIDDOCUMENTODE_2_3, :CIDDOCUMENTODE_2_4, :CIDDOCUMENTODE_2_5, :CIDDOCUMENTODE_2_6, :CIDDOCUMENTODE_2_7)) AND [admDocumentos].[CIDDOCUMENTO] > :CIDDOCUMENTO_1 ORDER BY [admDocumentos].[CIDDOCUMENTO]

-- changed_ids
SELECT [admDocumentos].[CIDDOCUMENTO] 
FROM [admDocumentos] 
WHERE (substring([admDocumentos].[CTIMESTAMP], :substring_1, :substring_2) + substring([admDocumentos].[CTIMESTAMP], :substring_3, :substring_4) + substring([admDocumentos].[CTIMESTAMP], :substring_5, :substring_6) + substring([admDocumentos].[CTIMESTAMP], :substring_7, :substring_8)) >= :param_1

-- charges_of_changed
SELECT DISTINCT [admAsocCargosAbonos].[CIDDOCUMENTOCARGO] 
FROM [admAsocCargosAbonos] JOIN [admDocumentos] ON [admDocumentos].[CIDDOCUMENTO] = [admAsocCargosAbonos].[CIDDOCUMENTOABONO] 
WHERE (substring([admDocumentos].[CTIMESTAMP], :substring_1, :substring_2) + substring([admDocumentos].[CTIMESTAMP], :substring_3, :substring_4) + substring([admDocumentos].[CTIMESTAMP], :substring_5, :substring_6) + substring([admDocumentos].[CTIMESTAMP], :substring_7, :substring_8)) >= :param_1

-- balances
SELECT [admDocumentos].[CIDDOCUMENTO], [admDocumentos].[CNATURALEZA], [admDocumentos].[CIDMONEDA], [admDocumentos].[CPENDIENTE], [admClientes].[CCODIGOCLIENTE] 
FROM [admDocumentos] JOIN [admClientes] ON [admClientes].[CIDCLIENTEPROVEEDOR] = [admDocumentos].[CIDCLIENTEPROVEEDOR] AND [admClientes].[CTIPOCLIENTE] IN (:CTIPOCLIENTE_1_1, :CTIPOCLIENTE_1_2) 
WHERE [admDocumentos].[CPLANTILLA] = :CPLANTILLA_1 AND [admDocumentos].[CAFECTADO] = :CAFECTADO_1 AND [admDocumentos].[CCANCELADO] = :CCANCELADO_1 AND [admDocumentos].[CUSACLIENTE] = :CUSACLIENTE_1 AND [admDocumentos].[CNATURALEZA] IN (:CNATURALEZA_1_1, :CNATURALEZA_1_2) AND [admDocumentos].[CPENDIENTE] != :CPENDIENTE_1

-- counting
SELECT [admDocumentos].[CIDDOCUMENTO], [admDocumentos].[CIDDOCUMENTODE], [admDocumentos].[CIDCONCEPTODOCUMENTO], [admDocumentos].[CSERIEDOCUMENTO], [admDocumentos].[CFOLIO], [admDocumentos].[CFECHA], [admDocumentos].[CFECHAVENCIMIENTO], [admDocumentos].[CIDCLIENTEPROVEEDOR], [admDocumentos].[CIDMONEDA], [admDocumentos].[CTIPOCAMBIO], [admDocumentos].[CREFERENCIA], [admDocumentos].[CNATURALEZA], [admDocumentos].[CPLANTILLA], [admDocumentos].[CAFECTADO], [admDocumentos].[CCANCELADO], [admDocumentos].[CUSACLIENTE], [admDocumentos].[CTOTAL], [admDocumentos].[CPENDIENTE], [admDocumentos].[CMETODOPAG], [admDocumentos].[CCANTPARCI], [admDocumentos].[CTIMESTAMP], [admConceptos].[CCODIGOCONCEPTO], [admConceptos].[CNOMBRECONCEPTO], [admClientes].[CCODIGOCLIENTE], [admClientes].[CDIASCREDITOCLIENTE] 
FROM [admDocumentos] JOIN [admClientes] ON [admClientes].[CIDCLIENTEPROVEEDOR] = [admDocumentos].[CIDCLIENTEPROVEEDOR] AND [admClientes].[CTIPOCLIENTE] IN (:CTIPOCLIENTE_1_1, :CTIPOCLIENTE_1_2) LEFT OUTER JOIN [admConceptos] ON [admConceptos].[CIDCONCEPTODOCUMENTO] = [admDocumentos].[CIDCONCEPTODOCUMENTO] 
WHERE [admDocumentos].[CIDDOCUMENTO] IN (:CIDDOCUMENTO_1_1, :CIDDOCUMENTO_1_2) AND ([admDocumentos].[CNATURALEZA] = :CNATURALEZA_1 AND [admDocumentos].[CIDDOCUMENTODE] IN (:CIDDOCUMENTODE_1_1, :CIDDOCUMENTODE_1_2, :CIDDOCUMENTODE_1_3, :CIDDOCUMENTODE_1_4, :CIDDOCUMENTODE_1_5, :CIDDOCUMENTODE_1_6) OR [admDocumentos].[CNATURALEZA] = :CNATURALEZA_2 AND [admDocumentos].[CIDDOCUMENTODE] IN (:CIDDOCUMENTODE_2_1, :CIDDOCUMENTODE_2_2, :CIDDOCUMENTODE_2_3, :CIDDOCUMENTODE_2_4, :CIDDOCUMENTODE_2_5, :CIDDOCUMENTODE_2_6, :CIDDOCUMENTODE_2_7)) AND [admDocumentos].[CPLANTILLA] = :CPLANTILLA_1 AND [admDocumentos].[CAFECTADO] = :CAFECTADO_1 AND [admDocumentos].[CCANCELADO] = :CCANCELADO_1 ORDER BY [admDocumentos].[CIDDOCUMENTO]

-- cancelled_ids
SELECT [admDocumentos].[CIDDOCUMENTO] 
FROM [admDocumentos] JOIN [admClientes] ON [admClientes].[CIDCLIENTEPROVEEDOR] = [admDocumentos].[CIDCLIENTEPROVEEDOR] AND [admClientes].[CTIPOCLIENTE] IN (:CTIPOCLIENTE_1_1, :CTIPOCLIENTE_1_2) 
WHERE [admDocumentos].[CPLANTILLA] = :CPLANTILLA_1 AND [admDocumentos].[CCANCELADO] = :CCANCELADO_1 AND ([admDocumentos].[CNATURALEZA] = :CNATURALEZA_1 AND [admDocumentos].[CIDDOCUMENTODE] IN (:CIDDOCUMENTODE_1_1, :CIDDOCUMENTODE_1_2, :CIDDOCUMENTODE_1_3, :CIDDOCUMENTODE_1_4, :CIDDOCUMENTODE_1_5, :CIDDOCUMENTODE_1_6) OR [admDocumentos].[CNATURALEZA] = :CNATURALEZA_2 AND [admDocumentos].[CIDDOCUMENTODE] IN (:CIDDOCUMENTODE_2_1, :CIDDOCUMENTODE_2_2, :CIDDOCUMENTODE_2_3, :CIDDOCUMENTODE_2_4, :CIDDOCUMENTODE_2_5, :CIDDOCUMENTODE_2_6, :CIDDOCUMENTODE_2_7))

-- cancelled
SELECT [admDocumentos].[CIDDOCUMENTO], [admDocumentos].[CIDDOCUMENTODE], [admDocumentos].[CIDCONCEPTODOCUMENTO], [admDocumentos].[CSERIEDOCUMENTO], [admDocumentos].[CFOLIO], [admDocumentos].[CFECHA], [admDocumentos].[CFECHAVENCIMIENTO], [admDocumentos].[CIDCLIENTEPROVEEDOR], [admDocumentos].[CIDMONEDA], [admDocumentos].[CTIPOCAMBIO], [admDocumentos].[CREFERENCIA], [admDocumentos].[CNATURALEZA], [admDocumentos].[CPLANTILLA], [admDocumentos].[CAFECTADO], [admDocumentos].[CCANCELADO], [admDocumentos].[CUSACLIENTE], [admDocumentos].[CTOTAL], [admDocumentos].[CPENDIENTE], [admDocumentos].[CMETODOPAG], [admDocumentos].[CCANTPARCI], [admDocumentos].[CTIMESTAMP], [admConceptos].[CCODIGOCONCEPTO], [admConceptos].[CNOMBRECONCEPTO], [admClientes].[CCODIGOCLIENTE], [admClientes].[CDIASCREDITOCLIENTE] 
FROM [admDocumentos] JOIN [admClientes] ON [admClientes].[CIDCLIENTEPROVEEDOR] = [admDocumentos].[CIDCLIENTEPROVEEDOR] AND [admClientes].[CTIPOCLIENTE] IN (:CTIPOCLIENTE_1_1, :CTIPOCLIENTE_1_2) LEFT OUTER JOIN [admConceptos] ON [admConceptos].[CIDCONCEPTODOCUMENTO] = [admDocumentos].[CIDCONCEPTODOCUMENTO] 
WHERE [admDocumentos].[CIDDOCUMENTO] IN (:CIDDOCUMENTO_1_1, :CIDDOCUMENTO_1_2) AND ([admDocumentos].[CNATURALEZA] = :CNATURALEZA_1 AND [admDocumentos].[CIDDOCUMENTODE] IN (:CIDDOCUMENTODE_1_1, :CIDDOCUMENTODE_1_2, :CIDDOCUMENTODE_1_3, :CIDDOCUMENTODE_1_4, :CIDDOCUMENTODE_1_5, :CIDDOCUMENTODE_1_6) OR [admDocumentos].[CNATURALEZA] = :CNATURALEZA_2 AND [admDocumentos].[CIDDOCUMENTODE] IN (:CIDDOCUMENTODE_2_1, :CIDDOCUMENTODE_2_2, :CIDDOCUMENTODE_2_3, :CIDDOCUMENTODE_2_4, :CIDDOCUMENTODE_2_5, :CIDDOCUMENTODE_2_6, :CIDDOCUMENTODE_2_7)) AND [admDocumentos].[CPLANTILLA] = :CPLANTILLA_1 AND [admDocumentos].[CCANCELADO] = :CCANCELADO_1 ORDER BY [admDocumentos].[CIDDOCUMENTO]

-- uuids
SELECT [admFoliosDigitales].[CIDDOCTO], [admFoliosDigitales].[CIDCPTODOC], [admFoliosDigitales].[CUUID] 
FROM [admFoliosDigitales] 
WHERE [admFoliosDigitales].[CIDDOCTO] IN (:CIDDOCTO_1_1, :CIDDOCTO_1_2) AND [admFoliosDigitales].[CESTADO] IN (:CESTADO_1_1, :CESTADO_1_2) AND [admFoliosDigitales].[CUUID] != :CUUID_1 ORDER BY [admFoliosDigitales].[CIDFOLDIG]

-- applied_to
SELECT [admAsocCargosAbonos].[CIDDOCUMENTOCARGO] AS document, [admAsocCargosAbonos].[CIDDOCUMENTOABONO], [admAsocCargosAbonos].[CIDDOCUMENTOCARGO], [admAsocCargosAbonos].[CIMPORTECARGO] AS amount, [admAsocCargosAbonos].[CIMPORTEABONO], [admDocumentos].[CIDMONEDA], [admDocumentos].[CTIPOCAMBIO], [admDocumentos].[CTOTAL], [admDocumentos].[CFECHA], [admDocumentos].[CIDDOCUMENTODE], [admDocumentos].[CMETODOPAG], [admDocumentos].[CREFERENCIA], [admFoliosDigitales].[CUUID], [admFoliosDigitales].[CESTADO] 
FROM [admAsocCargosAbonos] JOIN [admDocumentos] ON [admDocumentos].[CIDDOCUMENTO] = [admAsocCargosAbonos].[CIDDOCUMENTOABONO] LEFT OUTER JOIN [admFoliosDigitales] ON [admFoliosDigitales].[CIDDOCTO] = [admDocumentos].[CIDDOCUMENTO] AND [admFoliosDigitales].[CIDCPTODOC] = [admDocumentos].[CIDCONCEPTODOCUMENTO] AND [admFoliosDigitales].[CESTADO] IN (:CESTADO_1_1, :CESTADO_1_2) AND [admFoliosDigitales].[CUUID] != :CUUID_1 
WHERE [admAsocCargosAbonos].[CIDDOCUMENTOCARGO] IN (:CIDDOCUMENTOCARGO_1_1, :CIDDOCUMENTOCARGO_1_2) AND [admDocumentos].[CCANCELADO] = :CCANCELADO_1 ORDER BY [admDocumentos].[CFECHA], [admAsocCargosAbonos].[CIDDOCUMENTOABONO], [admFoliosDigitales].[CESTADO] DESC, [admFoliosDigitales].[CIDFOLDIG]

-- used_of
SELECT [admAsocCargosAbonos].[CIDDOCUMENTOABONO] AS document, [admAsocCargosAbonos].[CIDDOCUMENTOABONO], [admAsocCargosAbonos].[CIDDOCUMENTOCARGO], [admAsocCargosAbonos].[CIMPORTEABONO] AS amount, [admDocumentos].[CFECHA], usado.[CIDDOCUMENTODE], usado.[CMETODOPAG], usado.[CREFERENCIA], '' AS [CUUID], 0 AS [CESTADO] 
FROM [admAsocCargosAbonos] JOIN [admDocumentos] ON [admDocumentos].[CIDDOCUMENTO] = [admAsocCargosAbonos].[CIDDOCUMENTOCARGO] JOIN [admDocumentos] AS usado ON usado.[CIDDOCUMENTO] = [admAsocCargosAbonos].[CIDDOCUMENTOABONO] 
WHERE [admAsocCargosAbonos].[CIDDOCUMENTOABONO] IN (:CIDDOCUMENTOABONO_1_1, :CIDDOCUMENTOABONO_1_2) AND [admDocumentos].[CCANCELADO] = :CCANCELADO_1 ORDER BY [admDocumentos].[CFECHA], [admAsocCargosAbonos].[CIDDOCUMENTOCARGO]
