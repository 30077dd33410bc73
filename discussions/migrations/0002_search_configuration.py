from django.contrib.postgres.operations import UnaccentExtension
from django.db import migrations

# English word endings, accents ignored: "café" is found by "cafe", "crossings" by "crossing".
FORWARD = """
CREATE TEXT SEARCH CONFIGURATION townhall (COPY = english);
ALTER TEXT SEARCH CONFIGURATION townhall
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
"""
BACKWARD = "DROP TEXT SEARCH CONFIGURATION townhall;"


class Migration(migrations.Migration):
    dependencies = [("discussions", "0001_initial")]
    operations = [UnaccentExtension(), migrations.RunSQL(FORWARD, BACKWARD)]
