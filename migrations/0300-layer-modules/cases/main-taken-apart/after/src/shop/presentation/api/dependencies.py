"""What routes depend on."""

from typing import Optional

from shop.domain.models import Clock

clock: Optional["Clock"] = None
