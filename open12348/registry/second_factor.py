"""The authenticator's secret is sealed like every other secret of ours."""

from __future__ import annotations

import base64

from allauth.mfa.adapter import DefaultMFAAdapter

from open12348.kernel.sealed import seal, unseal


class SealingAdapter(DefaultMFAAdapter):
    """allauth's adapter, with the secrets encrypted at rest."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(seal(text.encode())).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(base64.b64decode(encrypted_text)).decode()
