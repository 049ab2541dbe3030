from routes import X

Y = X
