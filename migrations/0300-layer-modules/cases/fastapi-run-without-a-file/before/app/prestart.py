from app.routes import rates

print(rates())
