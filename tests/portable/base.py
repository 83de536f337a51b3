from django.db.backends.sqlite3 import base, features


class DatabaseFeatures(features.DatabaseFeatures):
    can_return_columns_from_insert = False
    can_return_rows_from_bulk_insert = False
    supports_table_check_constraints = False
    supports_column_check_constraints = False


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
