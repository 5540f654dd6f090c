package cloudops.scanner.elb.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;

/** An account whose calls are answered by the test. */
final class AnAccount implements ScanContext {

    interface Answer {
        JsonNode to(JsonNode params) throws ScanException;
    }

    final Map<String, Answer> answers = new HashMap<>();
    final List<String> calls = new ArrayList<>();
    final List<ScanException> incomplete = new ArrayList<>();

    AnAccount answer(String call, Answer answer) {
        answers.put(call, answer);
        return this;
    }

    AnAccount refuse(String call, String code) {
        return answer(call, params -> {
            throw new ScanException(ScanException.Category.AWS_CLI, code, false, call + " is refused", null);
        });
    }

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
    public String partition() {
        return "aws-cn";
    }

    @Override
    public Instant startedAt() {
        return Instant.EPOCH;
    }

    @Override
    public JsonNode call(String service, String operation, JsonNode params) throws ScanException {
        return call(service, operation, params, region());
    }

    @Override
    public JsonNode call(String service, String operation, JsonNode params, String region) throws ScanException {
        calls.add(service + " " + operation);
        return answers.get(service + " " + operation).to(params);
    }

    @Override
    public void incomplete(ScanException problem) {
        incomplete.add(problem);
    }
}
