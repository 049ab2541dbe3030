from pathlib import Path

FOLDER = Path(__file__).parent.parent / "fixtures"
pytest_plugins = [f"fixtures.{path.stem}" for path in FOLDER.glob("*.py") if path.stem != "__init__"]
