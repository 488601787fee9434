"""What Schemathesis cannot know from the document alone."""

import json
import os
from pathlib import Path

import schemathesis
from hypothesis import strategies as st
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.openapi.checks import RejectedPositiveData, UseAfterFree

# Refusals of what a JSON Schema allows, because it cannot say the rule, or not
# without hiding it from people behind a pattern. Each code with its rule.
RULES = {
    "credential_repeated": "one credential in a request, wherever it stands",
    "digest_not_recoverable": "a key is recoverable, or has a token of elsewhere",
    "expiry_in_past": "the future is where the clock says that it is",
    "idempotency_key_required": "of an import, where a key has no `sha256`",
    "idempotency_key_reused": "one for each body",
    "invalid_email": "the forms of RFC 5322 that no mail form takes",
    "invalid_hint": "visible characters, and never the token",
    "invalid_link": "what comes behind https:// is a host that everybody reads in one way",
    "invalid_name": "no control and no text-direction characters, and one that is visible",
    "invalid_network": "no bits behind the prefix",
    "invalid_support_contact": "an e-mail address or a page",
    "invalid_role": "an administrator has an e-mail address",
    "invalid_text": "no control and no text-direction characters",
    "invalid_time": "a leap second is at the end of an hour, and years have their limits",
    "invalid_webhook_url": "what comes behind https:// is a host that everybody reads in one way",
    "malformed_token": "a token ends in its checksum",
    "metadata_too_deep": "at most 16 levels",
    "metadata_too_large": "at most 4 KB",
    "not_before_after_expiry": "the beginning is before the end",
    "retired_account": "an account that may be granted",
    "retired_scope": "a scope that may be granted",
    "unknown_account": "an account that there is",
    "unknown_scope": "a scope that there is",
    "webhook_not_public": "a name of the public internet",
    "wildcard_not_alone": "`*` stands alone in its list",
}


@schemathesis.hook
def filter_failure(context, failure, case, response):
    try:
        answer = json.loads(response.content)
    except ValueError:
        return True
    if answer.get("code") == "proxy_refused":
        # What a proxy gets wrong must not look like its client's mistake to those
        # that hand a 401 or 403 on. So it is a 500, on purpose.
        return False
    if isinstance(failure, UseAfterFree) and case.operation.path == "/v1/keys/{id}/audit":
        # What was done to a key outlasts it.
        return False
    if isinstance(failure, AcceptedNegativeData):
        # An import answers for each key on its own.
        results = answer.get("results", []) if case.path == "/v1/keys/import" else []
        return all(result["result"] != "refused" for result in results)
    if (case.method, case.path) == ("POST", "/v1/session") and answer.get("code") in ("body_missing", "field_missing"):
        # Nobody vouches for the caller, and there is no token either.
        return False
    return not (isinstance(failure, RejectedPositiveData) and follows(answer))


def follows(problem):
    """Whether a refusal follows from these rules alone."""
    codes = {error["code"] for error in problem.get("errors", [])} or {problem["code"]}
    if codes == {"invalid_parameter"}:
        # A cursor that a list gave; words without control characters, and no token;
        # years within their limits.
        names = ("cursor", "search", "expires_before", "unused_since", "from", "to")
        return any(f"`{name}`" in problem["detail"] for name in names)
    if codes == {"invalid_json"}:
        # Numbers whose exponent has three digits: not every reader has them.
        return "a number has too many digits" in problem["detail"]
    return codes <= RULES.keys()


PICTURES = Path(os.environ["KEYWAY_PICTURES"])

for kind, names in {
    "image/png": ["png"],
    "image/jpeg": ["jpeg", "jpeg-progressive"],
    "image/webp": ["webp-extended", "webp-lossless", "webp-lossy"],
}.items():
    pictures = [(PICTURES / name).read_bytes() for name in names]
    schemathesis.openapi.media_type(kind, st.sampled_from(pictures))


@schemathesis.deserializer("image/png", "image/jpeg", "image/webp")
def picture(context, response):
    return response.content.decode("latin-1")
