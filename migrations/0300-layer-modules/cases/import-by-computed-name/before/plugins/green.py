import socket


def taste():
    return f"grassy {socket.AF_INET > 0}"
