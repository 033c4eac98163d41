"""Two packages that say the same: SharePoint writes document properties and custom XML into what it
is given, so that bytes do not compare equal although nobody changed anything.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib

from lxml import etree

from trustbook.places.local import version_of

# What the library writes; and the list of the kinds of parts, which follows from the parts.
_THEIRS = re.compile(r"(docProps|customXml|docMetadata|\[trash\])/|\[Content_Types\]\.xml$", re.I)
_TARGET = re.compile(r"(^|/)(docProps|customXml|docMetadata)/", re.I)
_RELATIONS = ".rels"
# A package that would unpack to more than this is judged by its bytes; admission refuses it later.
_MOST = 512 << 20
_NO_PACKAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError,
    OSError,
)  # fmt: skip


def meaning_of(data: bytes) -> str:
    """A version (sha256 in hex) that stays when only document properties and custom XML change.

    What is no package has the version of its bytes.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return _of_package(package) or version_of(data)
    except _NO_PACKAGE:
        return version_of(data)


def _of_package(package: zipfile.ZipFile) -> str | None:
    parts = sorted(package.infolist(), key=lambda part: part.filename)
    if sum(part.file_size for part in parts) > _MOST:
        return None
    digest = hashlib.sha256()
    for part in parts:
        if not _THEIRS.match(part.filename):
            content = package.read(part)
            if part.filename.endswith(_RELATIONS):
                content = _relations(content)
            name = part.filename.encode("utf-8", "surrogatepass")
            digest.update(b"%d %d " % (len(name), len(content)) + name)
            digest.update(content)
    return digest.hexdigest()


def _relations(content: bytes) -> bytes:
    """What a part relates to, without what the library writes."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        return content
    kept = sorted(
        repr(sorted(one.attrib.items()))
        for one in root
        if isinstance(one.tag, str) and not _TARGET.search(str(one.get("Target", "")))
    )
    return "\n".join(kept).encode("utf-8", "surrogatepass")
