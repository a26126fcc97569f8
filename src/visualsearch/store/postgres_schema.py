"""The tables of a catalogue in PostgreSQL; what is said of them in ``schema.py`` holds here too."""

from visualsearch.store.text_search import CONFIGURATIONS

VERSION = 1
"""Raised by whoever changes the tables."""

OLDEST = 13
"""The first PostgreSQL that has all that is used."""

# Texts are ordered by their bytes, as they are in SQLite and in Python.
SCHEMA = f"""
CREATE TABLE catalogue (
    identity text NOT NULL, revision text NOT NULL DEFAULT '', stemming text NOT NULL DEFAULT 'none',
    format integer NOT NULL
);
CREATE TABLE products (
    id text COLLATE "C" PRIMARY KEY, title text NOT NULL, brand text NOT NULL, categories text NOT NULL,
    price float8, currency text NOT NULL, description text NOT NULL, url text NOT NULL,
    pictures text NOT NULL, attributes text NOT NULL
);
CREATE TABLE sightings (
    product text COLLATE "C" NOT NULL REFERENCES products ON DELETE CASCADE, position integer NOT NULL,
    source text NOT NULL, validator text NOT NULL, picture text COLLATE "C", code text, message text,
    subject text, PRIMARY KEY (product, position)
);
CREATE INDEX sightings_by_picture ON sightings (picture) WHERE picture IS NOT NULL;
CREATE INDEX sightings_failed ON sightings (product, position) WHERE code IS NOT NULL;
CREATE TABLE items (
    row bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product text COLLATE "C" NOT NULL REFERENCES products ON DELETE CASCADE,
    picture text COLLATE "C" NOT NULL, eye text COLLATE "C" NOT NULL, box_left float8 NOT NULL,
    box_top float8 NOT NULL, box_right float8 NOT NULL, box_bottom float8 NOT NULL, vector bytea NOT NULL,
    print bytea NOT NULL DEFAULT '', colours bytea NOT NULL DEFAULT ''
);
ALTER TABLE items ALTER vector SET STORAGE EXTERNAL, ALTER print SET STORAGE EXTERNAL;
CREATE INDEX items_by_product ON items (product);
CREATE INDEX items_by_picture ON items (picture, eye);
CREATE TABLE changes (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, row bigint NOT NULL, came boolean NOT NULL
);
CREATE TABLE documents (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product text COLLATE "C" NOT NULL UNIQUE REFERENCES products ON DELETE CASCADE,
    tagger text NOT NULL DEFAULT '', words tsvector NOT NULL DEFAULT ''
);
CREATE INDEX documents_by_words ON documents USING gin (words);
CREATE TABLE facts (
    document bigint NOT NULL REFERENCES documents ON DELETE CASCADE, field text COLLATE "C" NOT NULL,
    folded text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL, number float8,
    is_tag boolean NOT NULL, PRIMARY KEY (field, folded, document)
);
CREATE INDEX facts_by_document ON facts (document, field);
CREATE INDEX facts_by_number ON facts (field, number, document) WHERE number IS NOT NULL;
CREATE FUNCTION items_came() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO changes (row, came) VALUES (new.row, true);
    UPDATE documents SET tagger = '' WHERE product = new.product AND tagger != '';
    RETURN NULL;
END $$;
CREATE TRIGGER items_came AFTER INSERT ON items FOR EACH ROW EXECUTE FUNCTION items_came();
CREATE FUNCTION items_went() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO changes (row, came) VALUES (old.row, false);
    RETURN NULL;
END $$;
CREATE TRIGGER items_went AFTER DELETE ON items FOR EACH ROW EXECUTE FUNCTION items_went();
{CONFIGURATIONS}
INSERT INTO catalogue (identity, format) VALUES (replace(gen_random_uuid()::text, '-', ''), {VERSION});
"""  # noqa: S608 (constants)
