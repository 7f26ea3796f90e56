"""A real mail server for the tests: python3 smtp_server.py PORT MODE FOLDER [CERT KEY]

MODE is plain, starttls (with AUTH, which is required), login (likewise, LOGIN only), tls (from the first byte) or refuse (no receiver is known).
Each mail is written into FOLDER as it came.
"""
import ssl
import sys
import time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

port, mode, folder = int(sys.argv[1]), sys.argv[2], sys.argv[3]


class Keeper:
    count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if mode == "refuse":
            return "550 5.1.1 nobody is called that here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if b"X-Hale-Kind: test" in envelope.content and mode == "plain":
            return "554 5.6.0 no tests, please"
        Keeper.count += 1
        with open(f"{folder}/{Keeper.count}.eml", "wb") as mail:
            mail.write(b"".join(b"Envelope-To: " + to.encode() + b"\r\n" for to in envelope.rcpt_tos) + envelope.content)
        return f"250 2.0.0 queued as {Keeper.count}"


def signs_in(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b"hale", b"open sesame"), handled=False)


options = {"enable_SMTPUTF8": False}
context = None
if len(sys.argv) > 4:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[4], sys.argv[5])
if mode in ("starttls", "login"):
    options |= {"tls_context": context, "require_starttls": True, "authenticator": signs_in, "auth_required": True}
if mode == "login":
    options["auth_exclude_mechanism"] = ["PLAIN"]
controller = Controller(Keeper(), hostname="127.0.0.1", port=port, ssl_context=context if mode == "tls" else None, **options)
controller.start()
while True:
    time.sleep(60)
