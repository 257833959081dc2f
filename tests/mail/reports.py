"""Reports of non-delivery as mail servers write them."""


def exchange(
    address: str = "pagos@cliente.mx",
    *,
    status: str = "5.1.10",
    said: str = "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
    action: str = "failed",
    message_id: str = "<000001@graph.test>",
    key: str = "statement/CL002/2019-07-16",
    original: str = "",
) -> bytes:
    """Exchange Online's, with the headers of the mail that it is about."""
    original_recipient = f"Original-Recipient: rfc822;{original}\n" if original else ""
    return f"""From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@distribuidora.mx>
To: cobranza@distribuidora.mx
Subject: No se puede entregar: Estado de cuenta
In-Reply-To: {message_id}
References: {message_id}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain; charset=utf-8

El mensaje no se pudo entregar.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns;SA1.prod.outlook.test
Arrival-Date: Tue, 16 Jul 2019 15:00:00 +0000

{original_recipient}Final-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp;{said}

--b1
Content-Type: message/rfc822

From: cobranza@distribuidora.mx
To: {address}
Subject: Estado de cuenta
Message-ID: {message_id}
x-cobranza-key: {key}
Content-Type: text/plain

Buen dia

--b1--
""".replace("\n", "\r\n").encode()


POSTFIX = b"""From: MAILER-DAEMON@mail.cliente.mx (Mail Delivery System)
To: cobranza@distribuidora.mx
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b2"

--b2
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--b2
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.cliente.mx

Final-Recipient: rfc822; Pagos@Cliente.MX
Original-Recipient: rfc822;pagos@cliente.mx
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <pagos@cliente.mx>: Recipient address
    rejected: User unknown in local recipient table

Final-Recipient: rfc822; tesoreria@cliente.mx
Action: failed
Status: 5.2.2
Diagnostic-Code: x-unix; mailbox is full

--b2
Content-Type: text/rfc822-headers

From: cobranza@distribuidora.mx
Message-Id: <000007@graph.test>
X-Cobranza-Key: statement:2:2019-07-16

--b2--
"""

EXIM = b"""From: Mail Delivery System <Mailer-Daemon@server.test>
To: cobranza@distribuidora.mx
Subject: Mail delivery failed: returning message to sender
X-Failed-Recipients: pagos@cliente.mx, otra@cliente.mx
References: <000003@graph.test>
Content-Type: text/plain

This message was created automatically by mail delivery software.
"""
