"""Verify that a webhook comes from Tocsin. Python 3.9 or newer, nothing to install.

In your own receiver: copy verify_standard (or verify_simple) and give it the body as it came, before any parsing.

From a shell, with one header per line in the first file and the body in the second:

    TOCSIN_SECRET=whsec_... python3 verify.py standard headers.txt body.json

Exit status 0: it is ours. 1: it is not, and standard error says why. 2: called wrongly.
"""

import base64
import hashlib
import hmac
import os
import re
import sys
import time

TOLERANCE_SECONDS = 300


class Refused(Exception):
    """The request is not from Tocsin, or not from now."""


def verify_standard(secrets, headers, body, now):
    """Standard Webhooks: recommended, since it also signs the time and so refuses a request that is sent again later.

    secrets: the secret as printed (whsec_...), and the new one beside it during a rotation.
    headers: dict with lower-case names. body: bytes. now: seconds since the epoch.
    """
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not message_id:
        raise Refused("webhook-id is missing")
    if not re.fullmatch(r"[0-9]{1,12}", timestamp, re.ASCII):
        raise Refused("webhook-timestamp is missing or not a number")
    if abs(now - int(timestamp)) > TOLERANCE_SECONDS:
        raise Refused("webhook-timestamp is more than 5 minutes away from now")
    content = f"{message_id}.{timestamp}.".encode() + body
    given = [part[3:] for part in headers.get("webhook-signature", "").split(" ") if part.startswith("v1,")]
    for secret in secrets:
        # The key is what stands behind whsec_, decoded.
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        expected = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest())
        # Every signature is compared: while a secret is rotated, the header carries one for each.
        if any([hmac.compare_digest(expected, one.encode()) for one in given]):
            return
    raise Refused("webhook-signature does not match")


def verify_simple(secrets, headers, body, prefix="tocsin"):
    """<Prefix>-Signature: sha256=<hex> over the body, in the manner of GitHub. It holds for ever, so remember
    <Prefix>-Delivery and refuse what you have seen."""
    given = headers.get(f"{prefix.lower()}-signature", "").encode()
    for secret in secrets:
        # Here the key is the printed secret itself, all of it.
        expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        if hmac.compare_digest(expected.encode(), given):
            return
    raise Refused(f"{prefix}-signature does not match")


def main():
    secrets = os.environ.get("TOCSIN_SECRET", "").split()
    if len(sys.argv) not in (4, 5) or sys.argv[1] not in ("standard", "simple") or not secrets:
        print("usage: TOCSIN_SECRET=whsec_... verify.py standard|simple HEADERS BODY [PREFIX]", file=sys.stderr)
        return 2
    headers = {}
    with open(sys.argv[2], encoding="latin-1", newline="") as lines:
        for line in lines.read().splitlines():
            name, colon, value = line.partition(":")
            if colon:
                headers[name.strip().lower()] = value.strip()
    with open(sys.argv[3], "rb") as file:
        body = file.read()
    try:
        if sys.argv[1] == "standard":
            verify_standard(secrets, headers, body, time.time())
        else:
            verify_simple(secrets, headers, body, *sys.argv[4:])
    except Refused as reason:
        print(f"refused: {reason}", file=sys.stderr)
        return 1
    print("verified")
    return 0


if __name__ == "__main__":
    sys.exit(main())
