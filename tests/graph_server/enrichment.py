"""What SharePoint does to an Office file that it is given: document properties are written anew,
and custom XML parts are added. Everything else in the package stays as it was.
"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

from lxml import etree

_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CUSTOM = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_ITEM_PROPS = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"


def enriched(data: bytes) -> bytes:
    """The file as the library keeps it; what is no package stays as it is."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = {name: package.read(name) for name in package.namelist()}
    except zipfile.BadZipFile:
        return data
    if "xl/workbook.xml" not in parts:
        return data
    moment = datetime.now(UTC).isoformat()
    parts["docProps/custom.xml"] = (
        "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>"
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"'
        ' xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="ContentTypeId">'
        f"<vt:lpwstr>0x0101{moment}</vt:lpwstr></property></Properties>"
    ).encode()
    parts["customXml/item1.xml"] = f'<p:properties xmlns:p="x">{moment}</p:properties>'.encode()
    parts["customXml/itemProps1.xml"] = (
        b'<ds:datastoreItem ds:itemID="{1F1A0D4C-0001-4C3E-9D5E-000000000001}" xmlns:ds='
        b'"http://schemas.openxmlformats.org/officeDocument/2006/customXml"/>'
    )
    parts["customXml/_rels/item1.xml.rels"] = (
        f'<Relationships xmlns="{_RELS}"><Relationship Id="rId1" Target="itemProps1.xml" '
        f'Type="{_OFFICE}/customXmlProps"/></Relationships>'
    ).encode()
    _relate(parts, "_rels/.rels", "custom-properties", "docProps/custom.xml")
    _relate(parts, "xl/_rels/workbook.xml.rels", "customXml", "../customXml/item1.xml")
    _declare(parts, "/docProps/custom.xml", _CUSTOM)
    _declare(parts, "/customXml/itemProps1.xml", _ITEM_PROPS)
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return kept.getvalue()


def _relate(parts: dict[str, bytes], name: str, kind: str, target: str) -> None:
    root = etree.fromstring(parts[name])
    if not any(one.get("Target") in (target, f"/{target}") for one in root):
        known = {"Id": f"rIdS{len(root)}", "Type": f"{_OFFICE}/{kind}", "Target": target}
        etree.SubElement(root, f"{{{_RELS}}}Relationship", known)
        parts[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _declare(parts: dict[str, bytes], part: str, kind: str) -> None:
    root = etree.fromstring(parts["[Content_Types].xml"])
    if not any(one.get("PartName") == part for one in root):
        etree.SubElement(root, f"{{{_TYPES}}}Override", {"PartName": part, "ContentType": kind})
        parts["[Content_Types].xml"] = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
