from unittest.mock import patch

from shop.domain.wait import logger, wait


def test_wait() -> None:
    with patch.object(logger, "error") as error:
        assert not wait(lambda: False)
    error.assert_called_once_with("not there")
