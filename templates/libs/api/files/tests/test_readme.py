import asyncio
import re
from pathlib import Path
from typing import Any

import httpx2

README = Path(__file__).parents[1] / "README.md"


async def get(app: Any, path: str) -> httpx2.Response:  # noqa: ANN401 - made by the example
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://demo") as client:
        return await client.get(path)


def test_the_example_of_the_readme_runs() -> None:
    example = re.search(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert example is not None
    names: dict[str, Any] = {}

    exec(compile(example[1], str(README), "exec"), names)  # noqa: S102 - our own README
    response = asyncio.run(get(names["app"], "/api/v1/orders/7"))

    assert response.status_code == 404
    assert response.json()["type"] == "not-found"
    assert response.json()["order_id"] == 7
