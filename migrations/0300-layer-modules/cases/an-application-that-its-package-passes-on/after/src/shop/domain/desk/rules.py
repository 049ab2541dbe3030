def is_open(ticket: str) -> bool:
    return not ticket.endswith("!")
