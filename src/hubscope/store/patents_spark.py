"""The tables of patents on Apache Spark, beside those of the works."""

from __future__ import annotations

from typing import Any

from hubscope.sources.patents.tables import PATENT_FACTS
from hubscope.sources.star import STAR
from hubscope.store import works
from hubscope.store.patents_views import fact_files, places_file, require, superseded
from hubscope.store.publish import Store
from hubscope.store.spark import SparkEngine


class SparkPatents(SparkEngine):
    """A Spark session over the patents of a store and its works, if it has any."""

    def __init__(self, spark: Any, store: Store) -> None:
        require(store)
        if works.loaded(store):
            super().__init__(spark, store)
        else:
            self.spark = spark
            for name, schema in STAR.items():
                self.give("refs" if name == "references" else name, schema.empty_table())
        gone = superseded(store)
        for table, schema in PATENT_FACTS.items():
            found = fact_files(store, table)
            if not found:
                self.give(table, schema.empty_table())
                continue
            frame = spark.read.parquet(*found)
            if gone.num_rows and table != "paper_links":
                frame = _without(frame, spark.createDataFrame(gone))
            frame.createOrReplaceTempView(table)
        spark.read.parquet(places_file(store)).createOrReplaceTempView("patent_places")


def _without(frame: Any, gone: Any) -> Any:
    from pyspark.sql import functions as f

    part = f.element_at(f.split(f.col("_metadata.file_path"), "/"), -2)
    kept = frame.withColumn("part", part).join(gone, ["part", "patent"], "left_anti")
    return kept.drop("part")
