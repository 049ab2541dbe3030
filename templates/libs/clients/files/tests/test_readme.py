import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


def test_the_example_of_the_readme_runs() -> None:
    example = re.search(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert example is not None

    run = subprocess.run(
        [sys.executable, "-c", example[1]], capture_output=True, text=True, check=True
    )

    assert run.stdout.strip() == "Tea"
