package cloudops.iam.internal;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;

/**
 * Reads the identity policies of one principal: inline and attached ones, those of its groups, and its permissions boundary. What cannot be
 * read becomes a gap and is named; the rest is read all the same. Used once, by one thread.
 */
final class PolicyLoader {

    /** Something that policies hang on, and how IAM's operations and parameters name it. */
    private enum Holder {
        USER("user", "UserName"), GROUP("group", "GroupName"), ROLE("role", "RoleName");

        private final String word;
        private final String parameter;

        Holder(String word, String parameter) {
            this.word = word;
            this.parameter = parameter;
        }
    }

    private final IamCalls iam;
    private final String profile;
    private final Principal principal;
    private final List<PolicyDocument> identity = new ArrayList<>();
    private final Set<String> managedSeen = new LinkedHashSet<>();
    private final List<String> gaps = new ArrayList<>();
    private Optional<PolicyDocument> boundary = Optional.empty();
    private Optional<String> boundaryGap = Optional.empty();
    private PolicyParser parser;
    private boolean passing;

    PolicyLoader(IamCalls iam, String profile, Principal principal) {
        this.iam = iam;
        this.profile = profile;
        this.principal = principal;
    }

    /** @param entity what IAM says of the principal itself */
    PrincipalPolicies load(PrincipalEntity entity) throws InterruptedException {
        var context = principal.context(entity.exactArn());
        parser = new PolicyParser(context);
        passing = entity.passing();
        boundaryGap = Optional.ofNullable(entity.gap());
        var unreachable = Optional.ofNullable(entity.unreachable());
        if (unreachable.isEmpty()) {
            try {
                read(entity);
            } catch (UnreachableException e) {
                unreachable = Optional.of(e.getMessage());
            }
        }
        unreachable.ifPresent(gaps::add);
        return new PrincipalPolicies(context, List.copyOf(identity), List.copyOf(gaps), boundary, boundaryGap,
                passing || unreachable.isPresent(), unreachable);
    }

    private void read(PrincipalEntity entity) throws InterruptedException, UnreachableException {
        if (principal.kind() == Principal.Kind.USER) {
            readHolder(Holder.USER, principal.name(), "");
            readGroups();
        } else {
            readHolder(Holder.ROLE, principal.name(), "");
        }
        if (entity.boundaryArn() != null) {
            var unreadBefore = gaps.size();
            boundary = managed(nameOf(entity.boundaryArn()), entity.boundaryArn());
            if (boundary.isEmpty()) {
                boundaryGap = Optional.of(gaps.remove(unreadBefore));
            }
        }
    }

    private void readGroups() throws InterruptedException, UnreachableException {
        var answer = read("list-groups-for-user", params("UserName", principal.name()), "the groups of user " + principal.name());
        for (var group : answer.map(a -> a.path("Groups")).orElse(JsonNodeFactory.instance.arrayNode())) {
            var name = group.path("GroupName").asText();
            readHolder(Holder.GROUP, name, " of group " + name);
        }
    }

    private void readHolder(Holder holder, String name, String suffix) throws InterruptedException, UnreachableException {
        var owner = holder.word + " " + name;
        var inline = read("list-" + holder.word + "-policies", params(holder.parameter, name), "the inline policies of " + owner);
        for (var policy : inline.map(a -> a.path("PolicyNames")).orElse(JsonNodeFactory.instance.arrayNode())) {
            var policyName = policy.asText();
            read("get-" + holder.word + "-policy", params(holder.parameter, name).put("PolicyName", policyName),
                    "policy " + policyName + " of " + owner)
                            .flatMap(a -> parse(policyName + suffix, a.path("PolicyDocument"))).ifPresent(identity::add);
        }
        var attached = read("list-attached-" + holder.word + "-policies", params(holder.parameter, name),
                "the attached policies of " + owner);
        for (var policy : attached.map(a -> a.path("AttachedPolicies")).orElse(JsonNodeFactory.instance.arrayNode())) {
            var arn = policy.path("PolicyArn").asText();
            if (managedSeen.add(arn)) {
                managed(policy.path("PolicyName").asText() + suffix, arn).ifPresent(identity::add);
            }
        }
    }

    /** Empty after adding exactly one gap. */
    private Optional<PolicyDocument> managed(String name, String arn) throws InterruptedException, UnreachableException {
        var policy = read("get-policy", params("PolicyArn", arn), "policy " + name);
        if (policy.isEmpty()) {
            return Optional.empty();
        }
        var version = policy.get().path("Policy").path("DefaultVersionId").asText();
        return read("get-policy-version", params("PolicyArn", arn).put("VersionId", version), "policy " + name)
                .flatMap(a -> parse(name, a.path("PolicyVersion").path("Document")));
    }

    private Optional<PolicyDocument> parse(String name, JsonNode document) {
        try {
            return Optional.of(parser.parse(name, document));
        } catch (MalformedPolicyException e) {
            gaps.add("policy " + name + " is not understood: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** @param what is being read, for people; @return empty after adding a gap */
    private Optional<JsonNode> read(String operation, ObjectNode params, String what) throws InterruptedException, UnreachableException {
        try {
            return Optional.of(iam.call(profile, principal, operation, params));
        } catch (AwsException e) {
            if (IamCalls.unreachable(e)) {
                throw new UnreachableException(e);
            }
            // what was listed and is gone was removed in between
            passing |= e.problem().retryable() || e.problem() == Problem.NOT_FOUND;
            gaps.add(what + " could not be read (" + e.code() + ")");
            return Optional.empty();
        }
    }

    private static ObjectNode params(String name, String value) {
        return JsonNodeFactory.instance.objectNode().put(name, value);
    }

    private static String nameOf(String policyArn) {
        return policyArn.substring(policyArn.lastIndexOf('/') + 1);
    }

    /** AWS cannot be reached as this principal: no further call is worth its time. */
    private static final class UnreachableException extends Exception {

        private static final long serialVersionUID = 1L;

        UnreachableException(AwsException cause) {
            super(IamCalls.whyUnreachable(cause), cause);
        }
    }
}
