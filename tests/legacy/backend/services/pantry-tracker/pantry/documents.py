from .orm import Document


class Donation(Document):
    giver: str
    item: int
