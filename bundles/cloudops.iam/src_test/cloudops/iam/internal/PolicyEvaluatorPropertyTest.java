package cloudops.iam.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.aws.CallerIdentity;
import cloudops.iam.standin.Judge;
import cloudops.iam.standin.Judge.Decision;
import cloudops.iam.standin.Judge.Reading;
import cloudops.iam.standin.Judge.Request;
import cloudops.iam.standin.Judge.Source;
import cloudops.model.IamPermissions.Verdict;

/**
 * Random policies and requests: what the evaluator decides without knowing the request's context, the stand-in's own evaluation, which knows
 * all of it, decides too, in either reading of what AWS's documentation leaves open. A failure names the seed to set to see it again.
 */
class PolicyEvaluatorPropertyTest {

    private static final int TRIALS = Boolean.getBoolean("cloudops.test.long") ? 2_000_000 : 60_000;
    private static final String ACCOUNT = "123456789012";
    private static final List<String> ACTIONS = List.of("rds:StopDBInstance", "RDS:stopdbinstance", "rds:DeleteDBInstance", "s3:DeleteBucket",
            "s3:GetObject", "ec2:StopInstances");
    private static final List<String> ACTION_PATTERNS = List.of("*", "rds:*", "RDS:STOP*", "rds:Stop?BInstance", "rds:*Instance", "s3:*", "*:Delete*",
            "s3:Get*", "ec2:StopInstances", "ec2:Stop", "rds:Stop??Instance*", "r*s:*", "s3:D?l*B*t", "rds.StopDBInstance");
    private static final List<String> RESOURCES = List.of("arn:aws:rds:us-west-2:123456789012:db:bob-1", "arn:aws:rds:eu-west-1:123456789012:db:prod",
            "arn:aws:rds:us-west-2:210987654321:db:a:b", "arn:aws:s3:::home-bob", "arn:aws:s3:::home-Bob/x:y/z", "arn:aws:s3:::a*b",
            "arn:aws:ec2:us-west-2:123456789012:instance/i-1", "arn:aws:s3:::home-${aws:username}", "arn:aws:s3:::\u05d0\ud83d\udc18 $(x)\n",
            "arn:aws:s3:::home-", "arn:aws:s3:::home-all");
    private static final List<String> RESOURCE_PATTERNS = List.of("*", "arn:aws:rds:*:*:db:*", "arn:aws:rds:us-*:123456789012:db:*", "arn:aws:s3:::*",
            "arn:aws:s3:::home-*", "arn:aws:s3:::home-*/*", "arn:aws:rds:*", "arn:aws:rds:us-west-2:*:db:bob-?", "arn:aws:rds*bob-1",
            "arn:aws:s3:::home-${aws:username}", "arn:aws:s3:::home-${AWS:UserName}/*", "arn:aws:s3:::home-${aws:username, 'all'}",
            "arn:aws:s3:::a${*}b", "arn:aws:s3:::a?b", "arn:aws:rds:*:${aws:PrincipalAccount}:db:${aws:PrincipalTag/team}-?",
            "arn:aws:s3:::home-${broken",
            "arn:aws:s3:::home-${$}{aws:username}", "arn:aws:rds:${aws:RequestedRegion}:*:*", "arn:aws:ec2:*:*:instance/*",
            "arn:aws:ec2:*:*:volume/*",
            "arn:aws:s3:::home-${aws:PrincipalTag/team, 'all'}", "arn:aws:s3:::??*\n", "arn:aws:rds:?*:*:db?*", "arn:aws:s3:::home-${aws:userid}");
    private static final List<String> TEXTS = List.of("${aws:username}", "bob", "Bob", "BOB", "b*", "us-west-2", "us-*", "eu-west-1", "123456789012",
            "${aws:PrincipalTag/team}", "User", "assumedrole", "*", "${aws:username, 'us-west-2'}", "ops", "a${*}b", "${*}");
    private static final List<String> ARNS = List.of("arn:aws:iam::*:user/*", "arn:aws:iam::123456789012:user/ops/bob", "arn:aws:iam::*", "*",
            "arn:aws:iam::123456789012:*", "arn:*:iam::*:role/${aws:username}*", "arn:aws:iam::*:role/team/D?v", "arn:aws:i*:user/ops/bob");
    private static final List<String> KEYS = List.of("aws:username", "AWS:UserName", "aws:RequestedRegion", "aws:ResourceAccount",
            "aws:PrincipalAccount", "aws:PrincipalType", "aws:PrincipalTag/team", "aws:ResourceTag/team", "aws:userid");

    private static final List<Reading> READINGS =
            List.of(new Reading(true, true), new Reading(true, false), new Reading(false, true), new Reading(false, false));

    private final long seed = Long.getLong("cloudops.test.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void neverDecidesOtherwiseThanAnEvaluationThatKnowsTheWholeRequest() throws Exception {
        System.out.println("policy evaluator: seed " + seed + ", " + TRIALS + " trials (-Dcloudops.test.seed=" + seed + ")");
        var counts = new HashMap<Verdict, Integer>();
        for (int trial = 0; trial < TRIALS; trial++) {
            counts.merge(compared(trial), 1, Integer::sum);
        }
        System.out.println("policy evaluator: " + counts);
        assertThat(counts.get(Verdict.ALLOWED)).isGreaterThan(TRIALS / 20);
        assertThat(counts.get(Verdict.DENIED)).isGreaterThan(TRIALS / 5);
        assertThat(counts.get(Verdict.UNKNOWN)).isBetween(TRIALS / 100, TRIALS / 2);
    }

    /** What the evaluator says of one random request. */
    private Verdict compared(int trial) throws MalformedPolicyException {
        var principal = Principal.of(random.nextInt(3) > 0
                ? new CallerIdentity(ACCOUNT, "arn:aws:iam::123456789012:user/ops/" + pick(List.of("bob", "Bob", "a+b=c,d@e_f-g.h")), "AIDA1")
                : new CallerIdentity(ACCOUNT, "arn:aws:sts::123456789012:assumed-role/Dev/s1", "AROA1:s1"));
        boolean user = principal.kind() == Principal.Kind.USER;
        var exactArn = user ? principal.arn() : "arn:aws:iam::123456789012:role/team/Dev";
        var known = principal.context(user || random.nextBoolean() ? exactArn : null);
        var action = pick(ACTIONS);
        var resource = pick(RESOURCES);
        var request = new Request(action, resource, context(principal, user, exactArn, resource));
        var documents = IntStream.range(0, random.nextInt(4)).mapToObj(n -> document()).toList();
        var boundary = random.nextInt(3) == 0 ? Optional.of(document()) : Optional.<JsonNode>empty();

        var local = new PolicyEvaluator(policies(known, documents, boundary)).decide(action, resource);
        if (local.verdict() != Verdict.UNKNOWN) {
            for (var reading : READINGS) {
                var real = new Judge(reading).decide(documents.stream().map(PolicyEvaluatorPropertyTest::source).toList(),
                        boundary.map(PolicyEvaluatorPropertyTest::source), request);
                assertThat(local.verdict()).as("seed %d, trial %d, %s: %s (%s) by %s bounded by %s", seed, trial, reading, request, local.reason(),
                        documents, boundary).isEqualTo(real.decision() == Decision.ALLOWED ? Verdict.ALLOWED : Verdict.DENIED);
            }
        }
        return local.verdict();
    }

    private static PrincipalPolicies policies(ContextKeys known, List<JsonNode> documents, Optional<JsonNode> boundary)
            throws MalformedPolicyException {
        var parser = new PolicyParser(known);
        var identity = new ArrayList<PolicyDocument>();
        for (var document : documents) {
            identity.add(parser.parse("P" + identity.size(), document));
        }
        var bound = boundary.isEmpty() ? Optional.<PolicyDocument>empty() : Optional.of(parser.parse("B", boundary.get()));
        return new PrincipalPolicies(known, identity, List.of(), bound, Optional.empty(), false, Optional.empty());
    }

    private static Source source(JsonNode document) {
        return new Source("P", "user-managed", document.toString());
    }

    /** All that a request of the principal about the resource carries, of which the evaluator knows but a part. */
    private Map<String, List<String>> context(Principal principal, boolean user, String exactArn, String resource) {
        var context = new HashMap<String, List<String>>();
        context.put("aws:PrincipalArn", List.of(exactArn));
        context.put("aws:PrincipalAccount", List.of(ACCOUNT));
        context.put("aws:userid", List.of(principal.userId()));
        context.put("aws:PrincipalType", List.of(user ? "User" : "AssumedRole"));
        context.put("aws:PrincipalIsAWSService", List.of("false"));
        context.put("aws:ViaAWSService", List.of("false"));
        if (user) {
            context.put("aws:username", List.of(principal.name()));
        }
        var segments = resource.split(":", 6);
        context.put("aws:RequestedRegion", List.of(segments[3].isEmpty() ? pick(List.of("us-east-1", "us-west-2")) : segments[3]));
        context.put("aws:ResourceAccount", List.of(segments[4].isEmpty() ? pick(List.of(ACCOUNT, "210987654321")) : segments[4]));
        perhaps(context, "aws:PrincipalTag/team", () -> pick(List.of("ops", "a*b", "bob", "*", "")));
        perhaps(context, "aws:ResourceTag/team", () -> pick(List.of("ops", "dev", "*")));
        perhaps(context, "aws:SourceIp", () -> "10.0." + random.nextInt(3) + ".1");
        perhaps(context, "aws:MultiFactorAuthPresent", () -> String.valueOf(random.nextBoolean()));
        perhaps(context, "aws:MultiFactorAuthAge", () -> String.valueOf(random.nextInt(600)));
        perhaps(context, "aws:CurrentTime", () -> "2026-0" + (1 + random.nextInt(9)) + "-01T00:00:00Z");
        if (random.nextBoolean()) {
            context.put("aws:TagKeys", List.of("team", "stage"));
        }
        return context;
    }

    private void perhaps(Map<String, List<String>> context, String key, Supplier<String> value) {
        if (random.nextBoolean()) {
            context.put(key, List.of(value.get()));
        }
    }

    private JsonNode document() {
        var document = JsonNodeFactory.instance.objectNode();
        switch (random.nextInt(5)) {
            case 0 -> document.put("Version", "2008-10-17");
            case 1 -> {
                // none is the first one
            }
            default -> document.put("Version", "2012-10-17");
        }
        if (random.nextInt(8) == 0) {
            document.set("Statement", statement());
        } else {
            var statements = document.putArray("Statement");
            IntStream.range(0, random.nextInt(4)).forEach(n -> statements.add(statement()));
        }
        return document;
    }

    private ObjectNode statement() {
        var statement = JsonNodeFactory.instance.objectNode();
        if (random.nextInt(3) == 0) {
            statement.put("Sid", pick(List.of("", "S", "With space")));
        }
        statement.put("Effect", random.nextInt(3) == 0 ? "Deny" : "Allow");
        statement.set(random.nextInt(6) == 0 ? "NotAction" : "Action", oneOrMore(ACTION_PATTERNS));
        statement.set(random.nextInt(5) == 0 ? "NotResource" : "Resource", oneOrMore(RESOURCE_PATTERNS));
        if (random.nextInt(3) == 0) {
            var conditions = statement.putObject("Condition");
            IntStream.range(0, random.nextInt(3)).forEach(n -> condition(conditions));
        }
        return statement;
    }

    private void condition(ObjectNode conditions) {
        switch (random.nextInt(8)) {
            case 0 -> conditions.putObject(pick(List.of("IpAddress", "NotIpAddress", "IpAddressIfExists"))).set("aws:SourceIp", text("10.0.1.0/24"));
            case 1 -> conditions.putObject(pick(List.of("Bool", "BoolIfExists", "Null"))).set(
                    pick(List.of("aws:MultiFactorAuthPresent", "aws:ViaAWSService", "aws:username", "aws:PrincipalIsAWSService")),
                    random.nextBoolean() ? text(pick(List.of("true", "FALSE", "false")))
                            : JsonNodeFactory.instance.booleanNode(random.nextBoolean()));
            case 2 -> conditions.putObject(pick(List.of("NumericLessThan", "NumericGreaterThanEquals"))).put("aws:MultiFactorAuthAge", 300);
            case 3 -> conditions.putObject(pick(List.of("DateLessThan", "DateGreaterThan"))).put("aws:CurrentTime", "2026-05-05T00:00:00Z");
            case 4 -> conditions.putObject(pick(List.of("ForAllValues:StringEquals", "ForAnyValue:StringLike", "ForAnyValue:StringNotEquals")))
                    .set(pick(List.of("aws:TagKeys", "aws:username")), oneOrMore(List.of("team", "stage", "bob", "s*")));
            case 5 -> conditions.putObject(pick(List.of("ArnLike", "ArnEquals", "ArnNotLike", "arnnotequals", "ArnLikeIfExists")))
                    .set("aws:PrincipalArn", oneOrMore(ARNS));
            default -> conditions.putObject(pick(List.of("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase",
                    "StringLike", "StringNotLike", "stringlike", "StringEqualsIfExists", "StringNotLikeIfExists"))).set(pickFirstOften(KEYS), oneOrMore(TEXTS));
        }
    }

    private JsonNode oneOrMore(List<String> pool) {
        if (random.nextBoolean()) {
            return text(pickFirstOften(pool));
        }
        var several = JsonNodeFactory.instance.arrayNode();
        IntStream.rangeClosed(0, random.nextInt(3)).forEach(n -> several.add(pickFirstOften(pool)));
        return several;
    }

    private static JsonNode text(String text) {
        return JsonNodeFactory.instance.textNode(text);
    }

    /** So that more is allowed than chance alone would let. */
    private <T> T pickFirstOften(List<T> pool) {
        return random.nextInt(4) == 0 ? pool.getFirst() : pick(pool);
    }

    private <T> T pick(List<T> pool) {
        return pool.get(random.nextInt(pool.size()));
    }
}
