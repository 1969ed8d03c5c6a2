"""Files in and out, one format a file: records in, records out."""
