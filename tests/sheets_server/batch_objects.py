"""Requests on what lies over the cells: names, protection, conditional formats, filters, tables,
charts, marks.
"""

from __future__ import annotations

import copy
from typing import Any

from .colours import paired
from .errors import invalid
from .handlers import handles, mask_of
from .masks import merged
from .ranges import parse_cells
from .resources import without_zero_sheet
from .state import Book, Sheet
from .structure import ranges_in


def _held(book: Book, kind: str, id_name: str, wanted: Any) -> tuple[Sheet, dict[str, Any]]:
    """The sheet and the object with this id."""
    for sheet in book.sheets:
        for thing in sheet.objects[kind]:
            if str(thing.get(id_name)) == str(wanted):
                return sheet, thing
    raise invalid(f"No {id_name.removesuffix('Id')} with id: {wanted}")


def _sheet_of(book: Book, thing: dict[str, Any]) -> Sheet:
    """The sheet an object lies on: that of its first range."""
    found = thing.get("range") or next(ranges_in(thing), {})
    return book.sheet(found.get("sheetId", 0))


def _owned(book: Book, thing: dict[str, Any]) -> dict[str, Any]:
    """A copy whose ranges all name their sheet, as they are kept."""
    result: dict[str, Any] = paired(copy.deepcopy(thing))
    for found in ranges_in(result):
        book.sheet(found.setdefault("sheetId", 0))
    return result


def _fresh(
    book: Book, kind: str, id_name: str, thing: dict[str, Any], text_id: bool = False
) -> dict[str, Any]:
    """The object with an id: its own when that is free, else a new one."""
    used = {str(t.get(id_name)) for s in book.sheets for t in s.objects.get(kind, [])}
    if id_name in thing:
        if str(thing[id_name]) in used:
            raise invalid(f"{id_name} {thing[id_name]} is already in use.")
        return thing
    number = book.fresh_id()
    return {id_name: str(number) if text_id else number} | thing


# Named ranges


def _checked_name(book: Book, named: dict[str, Any]) -> None:
    name = named.get("name", "")
    looks_wrong = (
        not name or not (name[0].isalpha() or name[0] == "_") or parse_cells(name) is not None
    )
    if looks_wrong or not all(c.isalnum() or c in "_." for c in name):
        raise invalid(f"The name {name} is not valid for a named range.")
    for other in book.named_ranges:
        if other["name"].lower() == name.lower() and other["namedRangeId"] != named.get(
            "namedRangeId"
        ):
            raise invalid(f"Cannot add a named range with duplicate name: {name}")


@handles("addNamedRange")
def add_named_range(book: Book, request: dict[str, Any]) -> dict[str, Any]:
    named = copy.deepcopy(request["namedRange"])
    named.setdefault("range", {}).setdefault("sheetId", 0)
    book.located(named["range"])
    _checked_name(book, named)
    if any(n["namedRangeId"] == named.get("namedRangeId") for n in book.named_ranges):
        raise invalid(f"namedRangeId {named['namedRangeId']} is already in use.")
    named = {"namedRangeId": str(book.fresh_id())} | named
    book.named_ranges.append(named)
    return {"namedRange": without_zero_sheet(named)}


def _named(book: Book, wanted: str) -> dict[str, Any]:
    for named in book.named_ranges:
        if named["namedRangeId"] == wanted:
            return named
    raise invalid(f"No named range with id: {wanted}")


@handles("updateNamedRange")
def update_named_range(book: Book, request: dict[str, Any]) -> None:
    given = request["namedRange"]
    named = _named(book, given.get("namedRangeId", ""))
    new = merged(named, given, mask_of(request, "NamedRange")) | {
        "namedRangeId": named["namedRangeId"]
    }
    new["range"].setdefault("sheetId", 0)
    _checked_name(book, new)
    named.clear()
    named.update(new)


@handles("deleteNamedRange")
def delete_named_range(book: Book, request: dict[str, Any]) -> None:
    book.named_ranges.remove(_named(book, request.get("namedRangeId", "")))


# Protection


@handles("addProtectedRange")
def add_protected_range(book: Book, request: dict[str, Any]) -> dict[str, Any]:
    thing = _owned(book, request["protectedRange"])
    thing = {k: v for k, v in thing.items() if v not in ("", False)}
    thing.setdefault("range", {}).setdefault("sheetId", 0)
    thing = _fresh(book, "protectedRanges", "protectedRangeId", thing) | {
        "requestingUserCanEdit": True
    }
    _sheet_of(book, thing).objects["protectedRanges"].append(thing)
    return {"protectedRange": without_zero_sheet(thing)}


@handles("updateProtectedRange")
def update_protected_range(book: Book, request: dict[str, Any]) -> None:
    given = request["protectedRange"]
    _, thing = _held(book, "protectedRanges", "protectedRangeId", given.get("protectedRangeId"))
    new = _owned(book, merged(thing, given, mask_of(request, "ProtectedRange")))
    thing.clear()
    thing.update(new | {"protectedRangeId": given["protectedRangeId"]})


@handles("deleteProtectedRange")
def delete_protected_range(book: Book, request: dict[str, Any]) -> None:
    _remove(book, "protectedRanges", "protectedRangeId", request.get("protectedRangeId"))


def _remove(book: Book, kind: str, id_name: str, wanted: Any) -> None:
    sheet, thing = _held(book, kind, id_name, wanted)
    sheet.objects[kind].remove(thing)


# Conditional formats: known by their place in the list


@handles("addConditionalFormatRule")
def add_rule(book: Book, request: dict[str, Any]) -> None:
    rule = _owned(book, request["rule"])
    if not rule.get("ranges"):
        raise invalid("rule.ranges must not be empty.")
    for found in rule["ranges"]:
        found.setdefault("sheetId", 0)
    rules = book.sheet(rule["ranges"][0]["sheetId"]).objects["conditionalFormats"]
    rules.insert(request.get("index", 0), rule)


def _rules(book: Book, request: dict[str, Any]) -> tuple[list[dict[str, Any]], int]:
    rules = book.sheet(request.get("sheetId", 0)).objects["conditionalFormats"]
    index = request.get("index", 0)
    if not 0 <= index < len(rules):
        raise invalid(
            f"No conditional format on sheet: {request.get('sheetId', 0)} at index: {index}"
        )
    return rules, index


@handles("updateConditionalFormatRule")
def update_rule(book: Book, request: dict[str, Any]) -> dict[str, Any]:
    sheet_id = request.get(
        "sheetId", (request.get("rule", {}).get("ranges") or [{}])[0].get("sheetId", 0)
    )
    rules, index = _rules(book, request | {"sheetId": sheet_id})
    old = rules[index]
    if "rule" in request:
        rules[index] = _owned(book, request["rule"])
        reply = {"newRule": without_zero_sheet(rules[index]), "newIndex": index}
    else:
        goal = request.get("newIndex", 0)
        rules.insert(goal, rules.pop(index))
        reply = {"newRule": without_zero_sheet(old), "newIndex": goal, "oldIndex": index}
    return {"oldRule": without_zero_sheet(old)} | {k: v for k, v in reply.items() if v != 0}


@handles("deleteConditionalFormatRule")
def delete_rule(book: Book, request: dict[str, Any]) -> dict[str, Any]:
    rules, index = _rules(book, request)
    return {"rule": without_zero_sheet(rules.pop(index))}


# Filters


@handles("setBasicFilter")
def set_basic_filter(book: Book, request: dict[str, Any]) -> None:
    thing = copy.deepcopy(request.get("filter", {}))
    given = thing.setdefault("range", {})
    sheet, area = book.located(given)
    thing["range"] = {
        "sheetId": sheet.id,
        "startRowIndex": area.top,
        "endRowIndex": area.bottom,
        "startColumnIndex": area.left,
        "endColumnIndex": area.right,
    }
    sheet.basic_filter = thing


@handles("clearBasicFilter")
def clear_basic_filter(book: Book, request: dict[str, Any]) -> None:
    book.sheet(request.get("sheetId", 0)).basic_filter = None


# Kept, not acted upon: filter views, bands, tables, charts


def _keeps(request_name: str, name: str, kind: str, id_name: str, text_id: bool = False) -> None:
    """Register add, update and delete of a kind of object; ``name`` is its field in requests."""

    def add(book: Book, request: dict[str, Any]) -> dict[str, Any]:
        thing = _fresh(book, kind, id_name, _owned(book, request[name]), text_id)
        thing.setdefault("range", {}).setdefault("sheetId", 0)
        _sheet_of(book, thing).objects[kind].append(thing)
        return {name: without_zero_sheet(thing)}

    def update(book: Book, request: dict[str, Any]) -> None:
        given = request[name]
        _, thing = _held(book, kind, id_name, given.get(id_name))
        schema = {"filter": "FilterView"}.get(name, name[0].upper() + name[1:])
        new = _owned(book, merged(thing, given, mask_of(request, schema))) | {
            id_name: thing[id_name]
        }
        thing.clear()
        thing.update(new)

    def delete(book: Book, request: dict[str, Any]) -> None:
        _remove(book, kind, id_name, request.get(id_name, request.get("filterId")))

    handles(f"add{request_name}")(add)
    handles(f"update{request_name}")(update)
    handles(f"delete{request_name}")(delete)


_keeps("Table", "table", "tables", "tableId", text_id=True)
_keeps("Banding", "bandedRange", "bandedRanges", "bandedRangeId")
_keeps("FilterView", "filter", "filterViews", "filterViewId")


@handles("addChart")
def add_chart(book: Book, request: dict[str, Any]) -> dict[str, Any]:
    chart = _fresh(book, "charts", "chartId", _owned(book, request["chart"]))
    position = chart.setdefault("position", {})
    if position.get("newSheet") or "sheetId" in position:
        raise invalid("The test server keeps charts that lie over a grid only.")
    anchor = position.get("overlayPosition", {}).get("anchorCell", {})
    book.sheet(anchor.get("sheetId", 0)).objects["charts"].append(chart)
    return {"chart": without_zero_sheet(chart)}


@handles("updateChartSpec")
def update_chart_spec(book: Book, request: dict[str, Any]) -> None:
    _, chart = _held(book, "charts", "chartId", request.get("chartId"))
    chart["spec"] = _owned(book, request["spec"])


@handles("deleteEmbeddedObject")
def delete_embedded_object(book: Book, request: dict[str, Any]) -> None:
    wanted = request.get("objectId")
    kind, id_name = ("charts", "chartId")
    if any(s.get("slicerId") == wanted for sheet in book.sheets for s in sheet.objects["slicers"]):
        kind, id_name = ("slicers", "slicerId")
    _remove(book, kind, id_name, wanted)


# Developer metadata: marks on the spreadsheet, a sheet, rows or columns


def _location(book: Book, given: dict[str, Any]) -> dict[str, Any]:
    location = copy.deepcopy(given)
    if location.pop("spreadsheet", None):
        return {"locationType": "SPREADSHEET", "spreadsheet": True}
    if "dimensionRange" in location:
        span = location["dimensionRange"]
        book.sheet(span.setdefault("sheetId", 0))
        return {
            "locationType": "ROW" if span.get("dimension") == "ROWS" else "COLUMN",
            "dimensionRange": span,
        }
    if "sheetId" not in location:
        raise invalid("developerMetadata.location must be set.")
    book.sheet(location["sheetId"], "sheet")
    return {"locationType": "SHEET", "sheetId": location["sheetId"]}


@handles("createDeveloperMetadata")
def create_metadata(book: Book, request: dict[str, Any]) -> dict[str, Any]:
    given = copy.deepcopy(request["developerMetadata"])
    if not given.get("metadataKey") or "visibility" not in given:
        raise invalid("developerMetadata.metadataKey and visibility must be set.")
    if any(m["metadataId"] == given.get("metadataId") for m in book.metadata):
        raise invalid(f"metadataId {given['metadataId']} is already in use.")
    given["location"] = _location(book, given.get("location", {}))
    mark = {"metadataId": book.fresh_id()} | given
    book.metadata.append(mark)
    return {"developerMetadata": without_zero_sheet(mark)}


def found_metadata(book: Book, filters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The marks that any of the filters finds."""
    return [
        m
        for m in book.metadata
        if any(_matches(m, f.get("developerMetadataLookup", {})) for f in filters)
    ]


def _matches(mark: dict[str, Any], lookup: dict[str, Any]) -> bool:
    for name in ("metadataId", "metadataKey", "metadataValue", "visibility"):
        if name in lookup and mark.get(name) != lookup[name]:
            return False
    if "locationType" in lookup and mark["location"]["locationType"] != lookup["locationType"]:
        return False
    place = lookup.get("metadataLocation", {})
    wanted_sheet = place.get("sheetId", place.get("dimensionRange", {}).get("sheetId"))
    own = mark["location"].get("sheetId", mark["location"].get("dimensionRange", {}).get("sheetId"))
    return wanted_sheet is None or wanted_sheet == own


@handles("updateDeveloperMetadata")
def update_metadata(book: Book, request: dict[str, Any]) -> dict[str, Any]:
    mask, changed = mask_of(request, "DeveloperMetadata"), []
    for mark in found_metadata(book, request.get("dataFilters", [])):
        new = merged(mark, request.get("developerMetadata", {}), mask)
        if "location" in mask:
            new["location"] = _location(book, new.get("location", {}))
        mark.update(new)
        changed.append(without_zero_sheet(mark))
    return {"developerMetadata": changed} if changed else {}


@handles("deleteDeveloperMetadata")
def delete_metadata(book: Book, request: dict[str, Any]) -> dict[str, Any]:
    found = found_metadata(book, [request.get("dataFilter", {})])
    book.metadata = [m for m in book.metadata if m not in found]
    return {"deletedDeveloperMetadata": [without_zero_sheet(m) for m in found]} if found else {}
