"""The client's modules joined: what the first screen needs comes in one file, what is asked for later in a file of its own.

Thirty small files pack a third worse than one, and on a slow line cost a phone several rounds of asking. A reader of the
sources sees ES modules; this file asks them to keep to the plain forms it can join, and refuses any other at start-up:

- `import {a, b as c} from "./x.js";` and `import * as x from "./x.js";`, one statement each, at the start of a line;
- `export const name`, `export function name`, `export async function name`, `export class name`; never `let`, so that a
  copy of what a module exports stays true; and `export * from "/static/vendor/..."`;
- `import("./x.js")` with a plain text for what is loaded later; no circles.

Each module becomes a function that is run once, in the order of need, so that no name of one reaches another.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_IMPORT = re.compile(r'^import (?:\{(?P<names>[^}]*)\}|\* as (?P<whole>\w+)) from "(?P<path>[^"]+)";\n', re.MULTILINE)
_ALL_OF = re.compile(r'^export \* from "(/[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:const|function|async function|class) (\w+)\b)", re.MULTILINE)
_LATER = re.compile(r'\bimport\("(\.[^"]+)"\)')
_PLACED = re.compile(r'\bimport\("([^"/][^"]*)"\)')
_COMMENT = re.compile(r"^[ \t]*(?://.*|/\*\*(?:[^*]|\*(?!/))*\*/)\n", re.MULTILINE)
_LEFT = re.compile(r"^(?:import\b(?!\()|export\b).*", re.MULTILINE)


class NotJoinable(ValueError):
    """A module says something in a form that is not joined; tells which and where."""


@dataclass(frozen=True, kw_only=True)
class Module:
    """`needs`: (path, names as they stand in braces | None, name for the whole | None) in the order of the text."""

    body: str
    needs: tuple[tuple[str, str | None, str | None], ...]
    all_of: tuple[str, ...]
    exports: tuple[str, ...]
    later: tuple[str, ...]


def read_module(path: str, text: str) -> Module:
    """Raises NotJoinable."""

    def at(relative: str) -> str:
        return posixpath.normpath(posixpath.join(posixpath.dirname(path), relative))

    body = _COMMENT.sub("", text)
    needs = tuple((at(found["path"]), found["names"], found["whole"]) for found in _IMPORT.finditer(body))
    all_of, exports = tuple(_ALL_OF.findall(body)), tuple(_EXPORT.findall(body))
    body = _EXPORT.sub("", _ALL_OF.sub("", _IMPORT.sub("", body)))
    later = tuple(at(found) for found in _LATER.findall(body))
    if left := _LEFT.search(body):
        raise NotJoinable(f"{path}: {left[0]}")
    body = _LATER.sub(lambda found: f'import("{at(found[1])}")', body)
    return Module(body=body, needs=needs, all_of=all_of, exports=exports, later=later)


def in_order(modules: Mapping[str, Module], first: str) -> list[str]:
    """`first` and all it needs, each after what it needs itself. Raises NotJoinable for a circle or a missing one."""
    done: list[str] = []

    def visit(path: str, above: tuple[str, ...]) -> None:
        if path in above or path not in modules:
            raise NotJoinable(" -> ".join((*above, path)))
        if path not in done:
            for needed, _, _ in modules[path].needs:
                visit(needed, (*above, path))
            done.append(path)

    visit(first, ())
    return done


def join_modules(sources: Mapping[str, str], first: str, address: str) -> dict[str, str]:
    """The files to serve, by path below `address`: `first` with all it needs at once, and one for each module asked later.

    A later file carries what it alone needs, and takes the rest from the file that has it, so that both mean the same
    store: from the first one, or from one of its own where several later files need it.
    """
    modules = {path: read_module(path, text) for path, text in sources.items()}
    _refuse_what_nobody_exports(modules)
    order = in_order(modules, first)
    homes = dict.fromkeys(order, first)
    later = sorted({path for module in modules.values() for path in module.later if path not in homes})
    needed_by: dict[str, list[str]] = {}
    for root in later:
        for path in in_order(modules, root):
            if path not in homes:
                needed_by.setdefault(path, []).append(root)
                order += [path] if path not in order else []
    homes |= {path: roots[0] if len(roots) == 1 and path not in later else path for path, roots in needed_by.items()}
    return {file: "".join(_written(modules, order, homes, file, address)) for file in dict.fromkeys(homes.values())}


def _refuse_what_nobody_exports(modules: Mapping[str, Module]) -> None:
    """Where modules are joined, a name that was moved elsewhere would be undefined only when a screen first uses it."""
    for path, module in modules.items():
        for need, names, _ in module.needs:
            if names is None or need not in modules or modules[need].all_of:
                continue
            wanted = {name.split(" as ")[0].strip() for name in names.split(",")} - {""}
            if missing := sorted(wanted.difference(modules[need].exports)):
                raise NotJoinable(f"{path}: {need} does not export {', '.join(missing)}")


def _written(
    modules: Mapping[str, Module], order: list[str], homes: Mapping[str, str], file: str, address: str
) -> Iterator[str]:
    own = [path for path in order if homes[path] == file]
    taken = sorted({need for path in own for need, _, _ in modules[path].needs if homes[need] != file})
    vendored = sorted({url for path in own for url in modules[path].all_of})
    yield from (f'import * as $v{number} from "{url}";\n' for number, url in enumerate(vendored))
    for home in sorted({homes[path] for path in taken}):
        names = ", ".join(_name(path) for path in taken if homes[path] == home)
        yield f'import {{ {names} }} from "{address}/{home}";\n'
    for path in own:
        module = modules[path]
        bound = "".join(_bound(names, whole, _name(need)) for need, names, whole in module.needs)
        given = ", ".join([*(f"...$v{vendored.index(url)}" for url in module.all_of), *module.exports])
        body = _PLACED.sub(lambda found: f'import("{address}/{found[1]}")', module.body)
        yield f"export const {_name(path)} = (() => {{\n{bound}{body}return {{ {given} }};\n}})();\n"
    if file != order[0] and modules[file].exports:
        yield f"export const {{ {', '.join(modules[file].exports)} }} = {_name(file)};\n"


def _bound(names: str | None, whole: str | None, whence: str) -> str:
    return f"const {whole} = {whence};\n" if names is None else f"const {{{names.replace(' as ', ': ')}}} = {whence};\n"


def _name(path: str) -> str:
    return "$" + re.sub(r"\W", "_", path.removesuffix(".js"))
