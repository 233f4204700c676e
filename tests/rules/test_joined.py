"""Modules of the client, joined into one file at first and one for each that is asked for later."""

import pytest

from server.joined import NotJoinable, join_modules

AT = "/static/r"
SOURCES = {
    "main.js": (
        '// The first.\nimport { count, more as another } from "./store.js";\nimport * as all from "./store.js";\n'
        'another();\nglobalThis.later = () => import("./late/screen.js");\n'
        "globalThis.seen = [count.value, all.count === count];\n"
    ),
    "store.js": "const own = 1;\nexport const count = { value: own };\nexport function more() {\n  count.value += 1;\n}\n",
    "late/screen.js": (
        'import { count } from "../store.js";\nimport { own } from "./shared.js";\n'
        "export const Screen = () => count.value + own;\n"
    ),
    "late/shared.js": "export const own = 40;\n",
}


def joined(**more):
    return join_modules({**SOURCES, **more}, "main.js", AT)


def test_what_is_needed_at_once_is_one_file_in_the_order_of_need():
    files = joined()
    assert sorted(files) == ["late/screen.js", "main.js"]
    assert files["main.js"].index("const own = 1;") < files["main.js"].index("another();")
    assert "The first." not in files["main.js"]
    assert f'import("{AT}/late/screen.js")' in files["main.js"]


def test_a_later_file_takes_what_the_first_has_from_there_and_brings_the_rest():
    late = joined()["late/screen.js"]
    assert f'import {{ $store }} from "{AT}/main.js";' in late
    assert "const own = 40;" in late
    assert "value: own" not in late


def test_what_two_later_files_need_is_a_file_of_its_own():
    other = 'import { own } from "./shared.js";\nexport const Screen = () => own;\n'
    first = SOURCES["main.js"] + 'globalThis.other = () => import("./late/other.js");\n'
    files = joined(**{"main.js": first, "late/other.js": other})
    assert sorted(files) == ["late/other.js", "late/screen.js", "late/shared.js", "main.js"]
    for name in ("late/other.js", "late/screen.js"):
        assert f'from "{AT}/late/shared.js";' in files[name]
        assert "= 40" not in files[name]


@pytest.mark.parametrize(
    "said",
    [
        "export let count = 1;\n",
        "export default 1;\n",
        "export { own };\n",
        'import "./store.js";\n',
        'import store from "./store.js";\n',
        'import {\n  count\n} from "./nowhere.js";\n',
        'import { Screen } from "./main.js";\n',
        'import { own } from "./store.js";\n',
    ],
)
def test_a_form_that_is_not_joined_is_refused_at_once(said):
    with pytest.raises(NotJoinable):
        joined(**{"main.js": SOURCES["main.js"] + 'import * as odd from "./odd.js";\n', "odd.js": said})
