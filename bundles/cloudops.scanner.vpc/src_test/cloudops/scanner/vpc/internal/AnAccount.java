package cloudops.scanner.vpc.internal;

import java.time.Instant;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;

/** Where resources are. Nothing is asked of it. */
record AnAccount(String partition) implements ScanContext {

    @Override
    public String accountId() {
        return "123456789012";
    }

    @Override
    public String accountName() {
        return "production";
    }

    @Override
    public String region() {
        return "us-west-2";
    }

    @Override
    public Instant startedAt() {
        return Instant.EPOCH;
    }

    @Override
    public JsonNode call(String service, String operation, JsonNode params) {
        throw new AssertionError(operation);
    }

    @Override
    public JsonNode call(String service, String operation, JsonNode params, String region) {
        throw new AssertionError(operation);
    }

    @Override
    public void incomplete(ScanException problem) {
        throw new AssertionError(problem);
    }
}
