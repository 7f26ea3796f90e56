"""A shop with one page on port 8088. While a file "slow" lies beside it, each answer takes a second; with "broken" it is an error."""

import http.server
import os
import time


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if os.path.exists("slow"):
            time.sleep(1)
        self.send_response(500 if os.path.exists("broken") else 200)
        self.end_headers()
        self.wfile.write(b"Welcome to the shop.\n")

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", 8088), Page).serve_forever()
