"""Routes (进入): the pages by which people come in, look after their account, and ask for help."""

from __future__ import annotations

from typing import Final

from shebao.web.guard import Guard
from shebao.web.kernel import Route
from shebao.web.pages.entrance import account, consent, elsewhere, face, password, scan, sms

_OPEN, _IN, _KNOWN = Guard.OPEN, Guard.SIGNED_IN, Guard.KNOWN

ENTRANCE: Final = (
    Route("GET", "/sign-in", _OPEN, sms.show),
    Route("POST", "/sign-in", _OPEN, sms.begin, sms.show),
    Route("GET", "/sign-in/code", _OPEN, sms.code),
    Route("POST", "/sign-in/code", _OPEN, sms.finish, sms.code),
    Route("POST", "/sign-out", _KNOWN, sms.leave),
    Route("GET", "/sign-in/password", _OPEN, password.show),
    Route("POST", "/sign-in/password", _OPEN, password.begin, password.show),
    Route("GET", "/sign-in/second", _OPEN, password.second),
    Route("POST", "/sign-in/second", _OPEN, password.send_code, password.second),
    Route("GET", "/sign-in/second/code", _OPEN, password.code),
    Route("POST", "/sign-in/second/code", _OPEN, password.bring_code, password.code),
    Route("GET", "/sign-in/second/passkey", _OPEN, password.passkey),
    Route("POST", "/sign-in/second/passkey", _OPEN, password.bring_key),
    Route("GET", "/sign-in/reset", _OPEN, password.reset),
    Route("POST", "/sign-in/reset", _OPEN, password.send_reset, password.reset),
    Route("GET", "/sign-in/reset/new", _OPEN, password.new),
    Route("POST", "/sign-in/reset/new", _OPEN, password.finish, password.new),
    Route("GET", "/sign-in/scan", _OPEN, scan.show),
    Route("POST", "/sign-in/scan", _OPEN, scan.begin),
    Route("POST", "/sign-in/scan/enter", _OPEN, scan.enter),
    Route("GET", "/scan/done", _KNOWN, scan.done),
    Route("GET", "/scan/{region_code}/{scan_id}", _KNOWN, scan.phone),
    Route("POST", "/scan/{region_code}/{scan_id}", _KNOWN, scan.answer),
    Route("GET", "/sign-in/face", _OPEN, face.show),
    Route("POST", "/sign-in/face", _OPEN, face.begin, face.show),
    Route("GET", "/sign-in/face/go", _OPEN, face.go),
    Route("GET", "/sign-in/face/back", _OPEN, face.back),
    Route("GET", "/sign-in/portal", _OPEN, elsewhere.portal),
    Route("GET", "/sign-in/portal/back", _OPEN, elsewhere.portal_back),
    Route("GET", "/sign-in/app", _OPEN, elsewhere.app),
    Route("GET", "/enter", _OPEN, elsewhere.enter),
    Route("GET", "/consent", _KNOWN, consent.show),
    Route("POST", "/consent", _KNOWN, consent.give, consent.show),
    Route("GET", "/me", _IN, account.show),
    Route("GET", "/me/password", _IN, account.password),
    Route("POST", "/me/password", _IN, account.choose, account.password),
    Route("POST", "/me/password/remove", _IN, account.remove),
    Route("GET", "/me/passkeys", _IN, account.passkeys),
    Route("POST", "/me/passkeys", _IN, account.add_passkey),
    Route("POST", "/me/passkeys/remove", _IN, account.drop_passkey),
    Route("GET", "/me/places", _IN, account.places),
    Route("POST", "/me/places", _IN, account.leave_place),
    Route("POST", "/me/accounts/forget", _IN, account.forget_account),
    Route("GET", "/me/consents", _IN, consent.mine),
    Route("POST", "/me/consents", _IN, consent.take_back),
)
