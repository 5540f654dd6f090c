package cloudops.scanner.contract;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import com.fasterxml.jackson.databind.JsonNode;

import cloudops.scanner.spi.ScanContext;
import cloudops.scanner.spi.ScanException;
import cloudops.scanner.spi.ScanException.Category;
import cloudops.scanner.spi.ServiceScanner;
import cloudops.scanner.spi.ServiceScanner.RawResource;
import cloudops.scanner.spi.ServiceScanner.ResourceType;

/**
 * An account whose calls are answered from a list: {@code [{"call": "rds describe-db-instances", "params": {…}, "answer": {…}}]}. An entry
 * without {@code params} answers any call of the operation, one without {@code region} in any region; one with {@code error} instead of
 * {@code answer} refuses it with that code, and {@code aws_code} for AWS's own. A test may answer calls itself, too. Not thread-safe.
 */
public final class AnsweredAccount implements ScanContext {

    /** What AWS says to a call. */
    @FunctionalInterface
    public interface Answer {
        JsonNode to(JsonNode params, String region) throws ScanException;
    }

    private final String partition;
    private final Map<String, Answer> answers = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private final List<ScanException> incomplete = new ArrayList<>();
    private ScanException refusal;

    /** Of a partition, with no answers yet. */
    public AnsweredAccount(String partition) {
        this.partition = partition;
    }

    /** @param change what is done to each answer before it is given */
    AnsweredAccount(JsonNode calls, UnaryOperator<JsonNode> change) {
        this("aws");
        calls.valueStream().map(each -> each.path("call").asText()).distinct()
                .forEach(call -> answer(call, (params, region) -> prepared(calls, call, params, region, change)));
    }

    private static JsonNode prepared(JsonNode calls, String call, JsonNode params, String region, UnaryOperator<JsonNode> change)
            throws ScanException {
        var answer = calls.valueStream().filter(each -> each.path("call").asText().equals(call))
                .filter(each -> !each.has("params") || each.get("params").equals(params))
                .filter(each -> each.path("region").asText(region).equals(region)).findFirst()
                .orElseThrow(() -> new AssertionError("no answer is prepared for " + call + " " + params + " in " + region));
        if (answer.has("error")) {
            var code = answer.get("error").textValue();
            throw refused(code, answer.path("aws_code").asText(code));
        }
        return change.apply(answer.path("answer").deepCopy());
    }

    /** @param call {@code elb describe-tags} */
    public AnsweredAccount answer(String call, Answer answer) {
        answers.put(call, answer);
        return this;
    }

    /** From now on every call is refused. */
    public AnsweredAccount refuseAll(ScanException with) {
        refusal = with;
        return this;
    }

    /** A refusal by AWS. @param awsCode AWS's own word for it */
    public static ScanException refused(String code, String awsCode) {
        return new ScanException(Category.AWS_CLI, code, awsCode, false, code + ", as AWS says", null);
    }

    /** The resources of a type as they are listed. */
    List<RawResource> listed(ServiceScanner scanner, ResourceType type) throws ScanException, InterruptedException {
        var found = new ArrayList<RawResource>();
        scanner.discover(type, this, found::add);
        return found;
    }

    /** The calls so far, each {@code elb describe-tags}. */
    public List<String> asked() {
        return asked;
    }

    public List<ScanException> incompletes() {
        return incomplete;
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
        return partition;
    }

    @Override
    public Instant startedAt() {
        return Instant.parse("2026-01-01T10:30:00Z");
    }

    @Override
    public JsonNode call(String service, String operation, JsonNode params) throws ScanException {
        return call(service, operation, params, region());
    }

    @Override
    public JsonNode call(String service, String operation, JsonNode params, String region) throws ScanException {
        var call = service + " " + operation;
        asked.add(call);
        if (refusal != null) {
            throw refusal;
        }
        var answer = answers.get(call);
        if (answer == null) {
            throw new AssertionError("no answer is prepared for " + call);
        }
        return answer.to(params, region);
    }

    @Override
    public void incomplete(ScanException problem) {
        incomplete.add(problem);
    }
}
