"""The page itself: one file, served with a policy under which nothing but its own script and style runs."""

import base64
import hashlib
import re
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PATH = "/playground"
INLINE = {
    "script": re.compile(r"<script>(.*?)</script>", re.DOTALL),
    "style": re.compile(r"<style>(.*?)</style>", re.DOTALL),
}


def page_route() -> Route:
    """`GET /playground`: open to everyone, because the page holds no data; what it asks for needs a key."""
    html = files(__package__).joinpath("index.html").read_text("utf-8")
    headers = {
        "content-security-policy": policy_of(html),
        "cache-control": "no-cache",
        "cross-origin-opener-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }

    async def page(_: Request) -> Response:
        return Response(html, media_type="text/html", headers=headers)

    return Route(PATH, page, methods=["GET"], include_in_schema=False)


def policy_of(html: str) -> str:
    """A Content-Security-Policy that allows the scripts and styles of this page by their hashes, and requests
    to its own origin. Markup cannot be made from text: browsers that know Trusted Types refuse it.
    """
    allowed = {f"{kind}-src": " ".join(map(_hash, found.findall(html))) for kind, found in INLINE.items()}
    directives = {
        "default-src": "'none'",
        **allowed,
        "connect-src": "'self'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
