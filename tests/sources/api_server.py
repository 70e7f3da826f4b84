"""A real HTTP server on a free port that answers as the OpenAlex API does, and fails as told.

The bytes have the API's shape and are made of the synthetic world; no record of a third party.
"""

import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Api:
    """Lists of records by cursor; `faults` is a list of what to do before the right answer."""

    def __init__(self, works, institutions):
        self.works = works
        self.institutions = institutions
        self.asked = []
        self.faults = []
        self.page = None
        """How many records a page holds, whatever was asked for."""
        self.cut_authors = True

    def __enter__(self):
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_args):
                pass

            def do_GET(self):
                parts = urlsplit(self.path)
                query = {k: v[0] for k, v in parse_qs(parts.query).items()}
                api.asked.append((parts.path, query, dict(self.headers)))
                fault = api.faults.pop(0) if api.faults else None
                if fault:
                    fault(self)
                    return
                send(self, json.dumps(api.answer(parts.path, query)).encode())

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}"
        return self

    def __exit__(self, *_exc):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def answer(self, path, query):
        if path.startswith("/works/"):
            return next(w for w in self.works if w["id"].endswith(path[6:]))
        found = self.matching(path, query)
        size = self.page or int(query["per_page"])
        start = 0 if query["cursor"] == "*" else int(query["cursor"].removeprefix("c"))
        rows = [self.listed(r) for r in found[start : start + size]]
        after = f"c{start + size}" if rows else None
        return {"meta": {"count": len(found), "next_cursor": after}, "results": rows}

    def matching(self, path, query):
        asked = dict(f.split(":", 1) for f in query["filter"].split(","))
        if path == "/institutions":
            wanted = asked.get("ids.openalex", "").split("|")
            codes = asked.get("country_code", "").upper().split("|")
            return [
                r for r in self.institutions
                if r["id"].rpartition("/")[2] in wanted or r["country_code"] in codes
            ]  # fmt: skip
        wanted = {i for i in asked.get("authorships.institutions.id", "").split("|") if i}
        first = int(asked.get("from_publication_date", "0001")[:4])
        last = int(asked.get("to_publication_date", "9999")[:4])
        return [
            w for w in self.works
            if not isinstance(w, dict) or (
                first <= w["publication_year"] <= last
                and (not wanted or wanted & set(named(w)))
            )
        ]  # fmt: skip

    def listed(self, record):
        if not isinstance(record, dict) or not self.cut_authors:
            return record
        people = record.get("authorships", [])
        return record | {"authorships": people[:100]} if people else record


def named(work):
    """The institutions of a work."""
    return [i["id"].rpartition("/")[2] for a in work["authorships"] for i in a["institutions"]]


def send(handler, body, status=200, packed=True, **headers):
    data = gzip.compress(body) if packed else body
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    if packed:
        handler.send_header("Content-Encoding", "gzip")
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


def says(status, body=b'{"error": "no"}', **headers):
    """A fault: an answer of this status."""
    return lambda handler: send(handler, body, status, packed=False, **headers)


def breaks_off(handler):
    """A fault: the connection ends in the middle of a page."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(b'{"meta": {"count": 3')
    handler.wfile.flush()
    handler.connection.close()
    handler.close_connection = True
