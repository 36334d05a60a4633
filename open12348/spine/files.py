"""Papers that people bring: checked by content, sealed, stored once per content, in the database (app nodes hold no state)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from open12348.kernel.sealed import seal, unseal

from .journal import Turn
from .models import Blob, Document, DocumentKind

MOST_BYTES = 10 * 1024 * 1024

#: What may come in, known by its first bytes rather than by its name.
_KINDS = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"ID3", "audio/mpeg"),
)
#: Every kind of file that can have come in.
MIMES = (*(mime for _magic, mime in _KINDS), "image/heic", "video/mp4")
#: The test file that every scanner knows; a real scanner is plugged in at deployment.
_EICAR = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


class BadFile(ValueError):
    """A file that cannot be taken; `message` says why and what would do."""

    def __init__(self, message: Any) -> None:
        self.message = message
        super().__init__(message)


@dataclass(frozen=True)
class Upload:
    """A file as it came in. `field`: the field of the form it was chosen in, where a form has several."""

    name: str
    content: bytes
    field: str = ""


def mime_of(upload: Upload) -> str:
    """What a file is by its content. Errors: BadFile for too large, empty, unknown or infected ones."""
    if not upload.content:
        raise BadFile(_("文件“%(name)s”是空的，请重新选择。") % {"name": upload.name})
    if len(upload.content) > MOST_BYTES:
        raise BadFile(_("文件“%(name)s”超过 10 MB，请拍小一点或分开上传。") % {"name": upload.name})
    if _EICAR in upload.content[:512]:
        raise BadFile(_("文件“%(name)s”含有病毒，没有保存。") % {"name": upload.name})
    for magic, mime in _KINDS:
        if upload.content.startswith(magic):
            return mime
    if upload.content[4:8] == b"ftyp":
        return "image/heic" if upload.content[8:12] in {b"heic", b"heix", b"mif1"} else "video/mp4"
    raise BadFile(_("文件“%(name)s”的格式不能用。请用照片（JPG、PNG）、PDF 或 Word 文档。") % {"name": upload.name})


def attach(
    turn: Turn, upload: Upload, *, for_resident: bool, kind: str = DocumentKind.UPLOAD, title: str = ""
) -> Document:
    """Put a file on a case. The same content twice is stored once. Errors: BadFile."""
    mime = mime_of(upload)
    digest = hashlib.sha256(upload.content).hexdigest()
    blob = Blob.objects.filter(digest=digest).first()
    if blob is None:
        blob = Blob.objects.create(digest=digest, content=seal(upload.content), size=len(upload.content))
    document = Document.objects.create(
        order=turn.order, kind=kind, title=(title or upload.name)[:200], blob=blob, filename=upload.name[:200], mime=mime,
        for_resident=for_resident, by=turn.by.label, by_name=turn.by.name if turn.by.is_staff else "", at=turn.at,
    )  # fmt: skip
    turn.write("document", document=document.pk, what=str(kind), digest=digest)
    return document


def words(turn: Turn, text: str, *, kind: str, for_resident: bool, title: str = "") -> Document:
    """Put words on a case: an answer, a message, a note, a list of what is missing."""
    document = Document.objects.create(
        order=turn.order, kind=kind, title=title[:200], text=text.strip(), for_resident=for_resident, by=turn.by.label,
        by_name=turn.by.name if turn.by.is_staff else "", at=turn.at,
    )  # fmt: skip
    turn.write(
        "document", document=document.pk, what=str(kind), digest=hashlib.sha256(text.strip().encode()).hexdigest()
    )
    return document


def content(document: Document) -> bytes:
    """The bytes of a file. A paper that nobody opened yet is drawn now, and from then on these are its bytes."""
    if document.blob_id is None and document.kind == DocumentKind.PAPER:
        from . import papers  # here, because papers are files

        document.blob = papers.draw(document.issued, at=timezone.now()).document.blob
    return unseal(bytes(document.blob.content)) if document.blob else document.text.encode()
