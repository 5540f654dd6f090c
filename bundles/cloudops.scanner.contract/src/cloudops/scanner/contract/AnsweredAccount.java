package cloudops.scanner.contract;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
 * without {@code params} answers any call of the operation; one with {@code error} instead of {@code answer} refuses it with that code.
 */
final class AnsweredAccount implements ScanContext {

    private final JsonNode calls;
    private final UnaryOperator<JsonNode> answers;
    private final List<ScanException> incomplete = new ArrayList<>();
    private boolean denied;

    /** @param answers what is done to each answer before it is given */
    AnsweredAccount(JsonNode calls, UnaryOperator<JsonNode> answers) {
        this.calls = calls;
        this.answers = answers;
    }

    /** The resources of a type as they are listed. */
    List<RawResource> listed(ServiceScanner scanner, ResourceType type) throws ScanException, InterruptedException {
        var found = new ArrayList<RawResource>();
        scanner.discover(type, this, found::add);
        return found;
    }

    /** From now on every call is answered with AccessDenied. */
    void deny() {
        denied = true;
    }

    List<ScanException> incompletes() {
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
        return "aws";
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
        if (denied) {
            throw refused("AccessDenied", call);
        }
        var answer = calls.valueStream().filter(each -> each.path("call").asText().equals(call))
                .filter(each -> !each.has("params") || each.get("params").equals(params)).findFirst()
                .orElseThrow(() -> new AssertionError("no answer is prepared for " + call + " " + params));
        if (answer.has("error")) {
            throw refused(answer.get("error").textValue(), call);
        }
        return answers.apply(answer.path("answer").deepCopy());
    }

    private static ScanException refused(String code, String call) {
        return new ScanException(Category.AWS_CLI, code, false, code + " when calling " + call, null);
    }

    @Override
    public void incomplete(ScanException problem) {
        incomplete.add(problem);
    }
}
