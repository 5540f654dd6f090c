package cloudops.iam.internal;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import cloudops.aws.AwsCall;
import cloudops.aws.AwsCaller;
import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;

/** IAM as a table: operation and parameters → answer or failure. What is not in the table is denied. Records the calls. */
final class StubIam implements AwsCaller {

    static final JsonMapper JSON = new JsonMapper();

    /** An answer that depends on the call. */
    interface Handler {
        JsonNode answer(AwsCall call) throws AwsException, InterruptedException;
    }

    private final Map<String, Handler> answers = new ConcurrentHashMap<>();
    private final List<AwsCall> calls = new CopyOnWriteArrayList<>();

    StubIam on(String operation, Handler handler) {
        answers.put(operation, handler);
        return this;
    }

    /** @param params JSON with single quotes */
    StubIam on(String operation, String params, String answer) {
        var parsed = json(answer);
        answers.put(operation + json(params), call -> parsed);
        return this;
    }

    StubIam fail(String operation, Problem problem, String code) {
        return on(operation, call -> {
            throw new AwsException(problem, code, "failed for the test", null);
        });
    }

    List<String> operations() {
        return calls.stream().map(AwsCall::operation).toList();
    }

    List<AwsCall> calls(String operation) {
        return calls.stream().filter(call -> call.operation().equals(operation)).toList();
    }

    @Override
    public JsonNode call(AwsCall call, Transport transport) throws AwsException, InterruptedException {
        calls.add(call);
        var exact = answers.get(call.operation() + call.params());
        var handler = exact != null ? exact : answers.get(call.operation());
        if (handler == null) {
            throw new AwsException(Problem.ACCESS_DENIED, "AccessDenied", "not authorized to perform iam:" + call.operation(), null);
        }
        return handler.answer(call);
    }

    static JsonNode json(String singleQuoted) {
        try {
            return JSON.readTree(singleQuoted.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(singleQuoted, e);
        }
    }
}
