def list_users() -> list[str]:
    return ["users.list_users"]
