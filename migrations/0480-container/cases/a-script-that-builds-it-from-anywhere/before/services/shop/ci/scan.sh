docker build -t "$NAME" . 2>&1 | tail
