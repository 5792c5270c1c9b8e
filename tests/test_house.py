"""Rules of the house: what a reader of the repository may rely on."""

import subprocess
import sys

from dxreview.messages import LANGUAGES, table


def _keys(node: object, path: str = "") -> set[str]:
    if not isinstance(node, dict):
        return {path}
    return {key for name, child in node.items() for key in _keys(child, f"{path}.{name}")}


def test_every_sentence_exists_in_both_languages() -> None:
    ja, en = (_keys(table(lang)) for lang in LANGUAGES)
    assert ja == en


def test_importing_the_library_loads_nothing_heavy() -> None:
    code = "import sys, dxreview; print({'pandas', 'plotly', 'ipywidgets'} & set(sys.modules))"
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == "set()"
