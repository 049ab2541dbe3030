def list_users() -> list[str]:
    return ["shop.domain.users.list_users"]
