"""AWS offer files that match a price book, in their real format, and a server for them."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from platform_cli.cost.price_book import PriceBook, UnitPrice
from platform_cli.cost.price_refresh import OfferFile, prices_by_offer_file

PUBLISHED = "2026-10-30T12:46:10Z"
TERM = "JRTCKXETXF"
"""AWS's code for the contract `on demand`."""
Raw = dict[str, Any]


def files(book: PriceBook) -> dict[OfferFile, Raw]:
    """Return files in which AWS has exactly the prices of the book."""
    return {file: offer(file, prices) for file, prices in prices_by_offer_file(book).items()}


def offer(file: OfferFile, prices: list[UnitPrice]) -> Raw:
    made: Raw = {
        "formatVersion": "v1.0",
        "disclaimer": "This pricing list is for informational purposes only.",
        "offerCode": file.offer,
        "version": "20261030124610",
        "publicationDate": PUBLISHED,
        "products": {},
        "terms": {"OnDemand": {}},
        "attributesList": {},
    }
    for price in prices:
        asked = {key: price.price_list.get(key, price.key) for key in ("usagetype", "group")}
        steps = [(Decimal(0), price.usd), *price.tiers]
        add(made, sku_of(price), asked, [(begin, usd / price.per) for begin, usd in steps])
    return made


def sku_of(price: UnitPrice) -> str:
    return price.sku or f"SKU{price.key.upper().replace('.', '')}"


def add(
    made: Raw,
    sku: str,
    attributes: dict[str, str],
    steps: list[tuple[Decimal, Decimal]],
    currency: str = "USD",
) -> None:
    """Add one more product and its price."""
    made["products"][sku] = {
        "sku": sku,
        "productFamily": "Serverless",
        "attributes": {
            "servicecode": made["offerCode"],
            "location": "US East (N. Virginia)",
            "locationType": "AWS Region",
            "operation": "",
            **attributes,
        },
    }
    ends = [*(f"{begin:f}" for begin, _ in steps[1:]), "Inf"]
    made["terms"]["OnDemand"][sku] = {
        f"{sku}.{TERM}": {
            "offerTermCode": TERM,
            "sku": sku,
            "effectiveDate": "2026-10-01T00:00:00Z",
            "priceDimensions": {
                f"{sku}.{TERM}.{number}": {
                    "rateCode": f"{sku}.{TERM}.{number}",
                    "description": f"${usd:f} per unit",
                    "beginRange": f"{begin:f}",
                    "endRange": end,
                    "unit": "Requests",
                    "pricePerUnit": {currency: f"{usd:.10f}"},
                    "appliesTo": [],
                }
                for number, ((begin, usd), end) in enumerate(zip(steps, ends, strict=True))
            },
            "termAttributes": {},
        }
    }


Answer = Callable[[BaseHTTPRequestHandler], None]


def sent(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


@contextmanager
def serving(made: dict[OfferFile, Raw], otherwise: Answer | None = None) -> Iterator[str]:
    """Return the URL of a server for these files; `otherwise` replaces its responses."""
    bodies = {file.path: json.dumps(raw).encode() for file, raw in made.items()}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if otherwise:
                otherwise(self)
            elif body := bodies.get(self.path):
                sent(self, 200, body)
            else:
                sent(self, 403, b"<Error><Code>AccessDenied</Code></Error>")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
