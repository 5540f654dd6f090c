package cloudops.cli.internal;

/** How a list is written. */
enum ListFormat {
    TABLE,
    /** One JSON document a line. */
    JSONL
}
