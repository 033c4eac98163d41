"""Bodies and parameters checked against the published description of the API, field by field."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

from .errors import bad_payload
from .masks import Mask

TYPE_NAMES = {
    "int32": "TYPE_INT32",
    "int64": "TYPE_INT64",
    "double": "TYPE_DOUBLE",
    "float": "TYPE_FLOAT",
}
PACKAGE = "type.googleapis.com/google.apps.sheets.v4"


@cache
def document(name: str = "sheets.v4") -> dict[str, Any]:
    """The discovery document that ships in google-api-python-client."""
    path = files("googleapiclient").joinpath("discovery_cache", "documents", f"{name}.json")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def checked(body: Any, schema: str) -> dict[str, Any]:
    """The body with field names in camelCase and nulls gone; 400 as the real service answers."""
    if not isinstance(body, dict):
        raise bad_payload(
            "", 'Invalid JSON payload received. Unknown name "": Root element must be a message.'
        )
    checked_body: dict[str, Any] = _message(body, schema, "")
    return checked_body


def _message(body: dict[str, Any], schema: str, path: str) -> dict[str, Any]:
    properties = document()["schemas"][schema]["properties"]
    result = {}
    for name, value in body.items():
        known = name if name in properties else _camel(name)
        if known not in properties:
            where = f" at '{path}'" if path else ""
            raise bad_payload(
                path,
                f'Invalid JSON payload received. Unknown name "{name}"{where}: Cannot find field.',
            )
        if value is not None:
            result[known] = _value(value, properties[known], _join(path, known), schema, known)
    return result


def _value(value: Any, spec: dict[str, Any], path: str, schema: str, name: str) -> Any:
    if "$ref" in spec:
        if not isinstance(value, dict):
            raise _wrong(path, f"{PACKAGE}.{spec['$ref']}", value)
        return _message(value, spec["$ref"], path)
    kind = spec.get("type")
    if kind == "array":
        items = value if isinstance(value, list) else [value]
        return [_value(v, spec["items"], f"{path}[{i}]", schema, name) for i, v in enumerate(items)]
    if kind == "object":
        if not isinstance(value, dict):
            raise _wrong(path, "Map", value)
        return {
            k: _value(v, spec["additionalProperties"], path, schema, name) for k, v in value.items()
        }
    if "enum" in spec:
        return _enum(value, spec, path, schema, name)
    return _scalar(value, spec, path)


def _enum(value: Any, spec: dict[str, Any], path: str, schema: str, name: str) -> Any:
    if value in spec["enum"]:
        return value
    raise _wrong(path, f"{PACKAGE}.{schema}.{name[0].upper()}{name[1:]}", value)


def _scalar(value: Any, spec: dict[str, Any], path: str) -> Any:
    kind, form = spec.get("type"), spec.get("format", "")
    if kind == "any":
        return value
    if kind == "boolean":
        if isinstance(value, bool):
            return value
        raise _wrong(path, "TYPE_BOOL", value)
    if kind == "string" and form not in ("int64", "uint64"):
        if isinstance(value, str):
            return value
        raise _wrong(path, "TYPE_STRING", value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if kind == "number" or float(value).is_integer():
            return value if kind == "number" else int(value)
    elif isinstance(value, str) and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?", value):
        return float(value) if kind == "number" else int(value)
    raise _wrong(path, TYPE_NAMES.get(form, "TYPE_DOUBLE"), value)


def _wrong(path: str, type_name: str, value: Any) -> Exception:
    shown = json.dumps(value) if not isinstance(value, (dict, list)) else json.dumps(value)[:60]
    return bad_payload(path, f"Invalid value at '{path}' ({type_name}), {shown}")


def _join(path: str, name: str) -> str:
    snake = re.sub(r"[A-Z]", lambda m: "_" + m[0].lower(), name)
    return f"{path}.{snake}" if path else snake


def _camel(name: str) -> str:
    return re.sub(r"_([a-z0-9])", lambda m: m[1].upper(), name)


def check_parameters(method: str, given: dict[str, list[str]]) -> None:
    """Query parameters of a method (``spreadsheets.values.get``): unknown names and enum values
    refused.
    """
    resource, _, name = method.rpartition(".")
    node: dict[str, Any] = document()
    for part in resource.split("."):
        node = node["resources"][part]
    known = node["methods"][name].get("parameters", {}) | document()["parameters"]
    for key, values in given.items():
        spec = known.get(_camel(key))
        if spec is None:
            raise bad_payload(
                "",
                f'Invalid JSON payload received. Unknown name "{key}": Cannot bind query '
                f"parameter. Field '{key}' could not be found in request message.",
            )
        for value in values:
            if "enum" in spec and value not in spec["enum"]:
                type_name = key[0].upper() + key[1:].removeprefix("response")
                raise bad_payload(
                    _join("", key),
                    f"Invalid value at '{_join('', key)}' ({PACKAGE}.{type_name}), \"{value}\"",
                )


def check_mask(mask: Mask, schema: str) -> str | None:
    """The first path of a mask that the schema does not know, or None."""
    properties = document()["schemas"][schema].get("properties", {})
    for name, below in mask.items():
        if name == "*":
            continue
        if name not in properties:
            return name
        spec = properties[name].get("items", properties[name])
        if below and "$ref" in spec:
            inner = check_mask(below, spec["$ref"])
            if inner:
                return f"{name}.{inner}"
        elif below and "*" not in below:
            return f"{name}.{next(iter(below))}"
    return None
