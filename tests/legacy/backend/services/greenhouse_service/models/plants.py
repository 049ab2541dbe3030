from pydantic import BaseModel, Field


class Species(BaseModel):
    name: str
    thirst: float = 1.0


SPECIES = {
    "tomato": Species(name="tomato", thirst=1.5),
    "basil": Species(name="basil"),
    "cactus": Species(name="cactus", thirst=0.1),
}


class BedIn(BaseModel):
    species: str


class Bed(BaseModel):
    number: int
    species: Species
    moisture: float = Field(default=0.0, ge=0)


def species_of(name: str) -> Species:
    return SPECIES[name]
