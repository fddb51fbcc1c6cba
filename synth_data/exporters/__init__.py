"""A data set of records in the formats of others: transforms.json, COLMAP, COCO, BOP, a plain folder."""
