# Museum tickets
