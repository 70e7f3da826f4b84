"""What is kept and where: the tables, their database, and the record of what was done."""
