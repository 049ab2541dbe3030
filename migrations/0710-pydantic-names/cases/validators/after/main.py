from pydantic import BaseModel, Field, field_validator, validator


class Order(BaseModel):
    """An order."""

    number: int = Field(gt=0)
    city: str
    street: str

    @field_validator("number")
    @classmethod
    def number_is_small(cls, v: int) -> int:
        """Only small ones."""
        # a limit of the printer
        if v > 99:
            raise ValueError("too large")
        return v

    @field_validator('city')
    @classmethod
    def city_is_known(cls, value):
        return value.title()


class Parcel(BaseModel):
    weight: float
    parts: list[int]

    @validator("weight", pre=True)
    def weight_is_a_number(cls, v):
        return float(v)

    @validator("parts", each_item=True)
    def parts_are_small(cls, v):
        return v

    @validator("parts")
    def parts_fit(cls, v, values):
        return v
