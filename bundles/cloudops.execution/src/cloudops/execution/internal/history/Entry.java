package cloudops.execution.internal.history;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Instant;
import java.util.UUID;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;

import cloudops.execution.ExecutionRecord;
import cloudops.json.Json;

/**
 * What one record of the history says, as JSON: fields of later versions are ignored.
 *
 * @param at when it was written
 * @param run the process that wrote it
 * @param state the execution or plan then
 */
record Entry(Instant at, UUID run, ExecutionRecord state) {

    Entry {
        requireNonNull(at, "at");
        requireNonNull(run, "run");
        requireNonNull(state, "state");
    }

    byte[] toJson() {
        try {
            return Json.mapper().writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("records are made of text, numbers and times", e);
        }
    }

    /** @throws IOException when it is not understood */
    static Entry of(byte[] json) throws IOException {
        try {
            return Json.mapper().readValue(json, Entry.class);
        } catch (JacksonException e) {
            throw new IOException(e.getOriginalMessage(), e);
        }
    }
}
