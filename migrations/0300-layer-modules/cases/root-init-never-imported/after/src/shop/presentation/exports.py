raise RuntimeError("nobody imports this folder")
