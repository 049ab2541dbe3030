LABEL = "plots"
