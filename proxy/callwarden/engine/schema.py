"""JSON Schemas of what goes into the policies and what comes out, made from the models that the program itself uses.

`python -m callwarden.engine.schema policies/schemas` writes them; a test holds the files to the models. OPA's type
checker follows no reference between definitions, so everything is written out where it is used.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, get_args

import orjson
from pydantic import BaseModel

from callwarden.call import Call, Wire, _Call
from callwarden.document import Document
from callwarden.engine.answer import Answer

DRAFT = "http://json-schema.org/draft-07/schema#"  # the newest that OPA's checker reads


def schemas() -> dict[str, dict[str, Any]]:
    """Each schema by the name of its file: `input` and `answer`."""
    document: dict[str, Any] = _total(_schema(Document))
    document["properties"]["call"] = {"anyOf": [_shown(kind) for kind in _kinds()]}
    return {"input": {"$schema": DRAFT, **document}, "answer": {"$schema": DRAFT, **_schema(Answer)}}


def write(folder: Path) -> None:
    """Writes `input.json` and `answer.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        (folder / f"{name}.json").write_bytes(text(schema))


def text(schema: dict[str, Any]) -> bytes:
    """A schema as it lies in its file."""
    return orjson.dumps(schema, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _kinds() -> list[type[_Call]]:
    return list(get_args(get_args(Call)[0]))


def _shown(kind: type[_Call]) -> Any:
    """A call as policies see it: without the session it claims and without its long texts."""
    schema = _schema(kind)
    for hidden in ("session", *kind.content_fields):
        schema["properties"].pop(hidden)
    return _total(schema)


def _schema(model: type[BaseModel] | type[Wire]) -> dict[str, Any]:
    made = model.model_json_schema()
    inlined: dict[str, Any] = _inlined(made, made.pop("$defs", {}))
    return inlined


def _total(schema: Any) -> Any:
    """What we write ourselves is whole: a field with a default is there as well, and a policy may count on it."""
    if isinstance(schema, list):
        return [_total(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    whole = {key: _total(value) for key, value in schema.items()}
    return {**whole, "required": list(whole["properties"])} if "properties" in whole else whole


def _inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_inlined(item, definitions) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        target = definitions[schema["$ref"].rpartition("/")[2]]
        beside = {key: value for key, value in schema.items() if key == "description"}
        return {**_inlined(target, definitions), **beside}
    return {
        key: {name: _inlined(each, definitions) for name, each in value.items()}
        if key == "properties"
        else _inlined(value, definitions)
        for key, value in schema.items()
        if key not in {"default", "title"}  # a default is a promise kept below; a title repeats the name
    }


if __name__ == "__main__":
    write(Path(sys.argv[1]))
