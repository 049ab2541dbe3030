async def safe_send(socket, message):
    try:
        await socket.send_json(message)
        return True
    except Exception:
        return False
