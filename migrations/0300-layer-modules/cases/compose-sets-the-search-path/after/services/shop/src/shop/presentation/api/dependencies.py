"""What routes depend on."""

from shop.application.conf.rates import read

rates = read("src/shop/application/conf/rates.csv")
