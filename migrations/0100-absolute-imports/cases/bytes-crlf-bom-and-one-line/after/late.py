SHOUT = "!"
