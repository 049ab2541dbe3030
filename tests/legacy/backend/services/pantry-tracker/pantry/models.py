from pantry.orm import Model, fields


class Shelf(Model):
    name = fields.CharField(max_length=20)
    limit = fields.IntField(default=5)


class Item(Model):
    name = fields.CharField(max_length=40)
    amount = fields.IntField(default=1)
    best_before = fields.DateField(null=True)
    shelf = fields.ForeignKeyField("models.Shelf", related_name="items")
