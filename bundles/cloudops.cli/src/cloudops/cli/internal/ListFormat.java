package cloudops.cli.internal;

/** How a list is written. */
enum ListFormat {
    TABLE,
    /** One JSON document a line. */
    JSONL,
    /** For spreadsheets. */
    CSV;

    static final String DESCRIPTION = "table, jsonl (one JSON document a line) or csv (for spreadsheets).";
}
