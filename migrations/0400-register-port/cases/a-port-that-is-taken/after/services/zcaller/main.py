print("calls")
