"""Old models. The folder models/ wins over this file; nobody imports it any more."""

from pydantic import BaseModel


class Bed(BaseModel):
    id: int
    plant_name: str
