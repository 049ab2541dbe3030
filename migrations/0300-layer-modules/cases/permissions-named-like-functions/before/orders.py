def create(name: str) -> str:
    return name


GRANTED = {"clerk": ["orders.create"]}
