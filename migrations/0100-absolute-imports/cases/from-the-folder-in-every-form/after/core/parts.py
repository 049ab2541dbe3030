PART = "p"
