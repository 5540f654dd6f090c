package cloudops.scanner.internal;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import cloudops.aws.AwsCall;
import cloudops.aws.AwsCaller;
import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import cloudops.aws.AwsProfile;
import cloudops.aws.CallerIdentity;
import cloudops.aws.Profiles;
import cloudops.model.UserContext;

/** AWS with answers by service and region, and profiles that are its accounts. A service without an answer has nothing. */
class TestAws implements AwsCaller, Profiles {

    interface Answer {
        JsonNode give(AwsCall call) throws AwsException, InterruptedException;
    }

    final Map<String, Answer> answers = new ConcurrentHashMap<>();
    final Map<String, String> accounts = new TreeMap<>(Map.of("production", "111111111111"));
    final Queue<AwsCall> calls = new ConcurrentLinkedQueue<>();
    /** Profiles whose identity was asked for. */
    final Queue<String> identities = new ConcurrentLinkedQueue<>();
    String partition = "aws";

    void answer(String service, String region, Answer answer) {
        answers.put(service + " " + region, answer);
    }

    void has(String service, String region, String... ids) {
        var things = TestScanner.things(ids);
        answer(service, region, call -> things);
    }

    void fails(String service, String region, Problem problem, String code) {
        answer(service, region, call -> {
            throw new AwsException(problem, code, code + " when calling " + call.operation(), null);
        });
    }

    @Override
    public JsonNode call(AwsCall call, Transport transport) throws AwsException, InterruptedException {
        calls.add(call);
        if (call.operation().equals("describe-regions") && !answers.containsKey("regions")) {
            return regions("eu-west-1", "us-east-1");
        }
        var key = call.operation().equals("describe-regions") ? "regions" : call.service() + " " + call.region();
        return answers.getOrDefault(key, none -> TestScanner.things()).give(call);
    }

    private static JsonNode regions(String... names) {
        var answer = JsonNodeFactory.instance.objectNode();
        var regions = answer.putArray("Regions");
        for (var name : names) {
            regions.addObject().put("RegionName", name).put("OptInStatus", "opt-in-not-required");
        }
        regions.addObject().put("RegionName", "ap-east-1").put("OptInStatus", "not-opted-in");
        return answer;
    }

    @Override
    public List<AwsProfile> list() {
        return accounts.keySet().stream().map(name -> new AwsProfile(name, null, "static")).sorted(Comparator.comparing(AwsProfile::name))
                .toList();
    }

    @Override
    public AwsProfile get(String name) throws AwsException {
        if (!accounts.containsKey(name)) {
            throw new AwsException(Problem.UNKNOWN_PROFILE, "UNKNOWN_PROFILE", "no profile \"" + name + "\"; there are " + accounts.keySet(),
                    null);
        }
        return new AwsProfile(name, null, "static");
    }

    @Override
    public CallerIdentity identity(String name) throws AwsException {
        identities.add(name);
        var id = accounts.get(get(name).name());
        return new CallerIdentity(id, "arn:" + partition + ":iam::" + id + ":user/scanner", "AIDA");
    }

    @Override
    public String profileOf(String accountId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String profileOf(String accountId, UserContext user) {
        throw new UnsupportedOperationException();
    }
}
