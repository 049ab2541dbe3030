from os import environ


def url():
    return environ.get("TARGET_URL", "http://target")
