import pathlib
import subprocess
import sys

SERVICE = pathlib.Path(__file__).resolve().parents[2]


def test_token_script_prints_a_token():
    done = subprocess.run([sys.executable, "scripts/issue_token.py", "foyer-2"], cwd=SERVICE, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr

    from kiosk.tokens import read

    assert read(done.stdout.strip(), "please-change-me") == {"sub": "foyer-2"}


def test_module_can_be_named_on_the_command_line():
    code = "import runpy; names = runpy.run_module('kiosk.routing'); print(len(names['UPSTREAMS']))"
    done = subprocess.run([sys.executable, "-c", code], cwd=SERVICE, capture_output=True, text=True)
    assert done.stdout.strip() == "4"
