from unittest.mock import patch

import pytest
from fastapi import HTTPException

from shop.presentation.routes import called


@patch("shop.presentation.routes.find")
async def test_called(find):
    with pytest.raises(HTTPException):
        await called(-1)
