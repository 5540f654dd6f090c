package cloudops.iam.standin;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import cloudops.iam.standin.Entity.Kind;
import cloudops.iam.standin.Judge.Decision;
import cloudops.iam.standin.Judge.Request;
import cloudops.iam.standin.Judge.Source;

/**
 * SimulatePrincipalPolicy (IAM API Reference): for each action one result with a result for each resource, as the service answers where ARNs are
 * given, or with none where it is asked about {@code *}. Policies and resource policies in the call are not served.
 */
final class Simulator {

    private static final Pattern PRINCIPAL = Pattern.compile("arn:aws:iam::(\\d{12}):(user|group|role)(/(?:.*/)?)([^/]+)");
    private static final Pattern ARN = Pattern.compile("\\*|arn:[^:]+:[^:]+:[^:]*:[^:]*:.+", Pattern.DOTALL);
    /** AWS documents no limit but is known to refuse calls for too much; these are the product's to stay within. */
    private static final int MOST_RESOURCES = 100;
    private static final int MOST_DECISIONS = 1000;

    private final Map<String, Account> accounts;
    private final Judge judge;

    Simulator(Map<String, Account> accounts, Judge judge) {
        this.accounts = accounts;
        this.judge = judge;
    }

    /** @param resource null where the call was about all of them */
    private record Pair(String action, String resource) {
    }

    void answer(Query query, Paging paging, Xml out) throws Refusal {
        var entity = entity(query.required("PolicySourceArn", 20, 2048));
        var actions = query.list("ActionNames", 3, 128);
        if (actions.isEmpty()) {
            throw Refusal.validation("ActionNames", null, "Member must not be null");
        }
        var malformed = actions.stream().filter(action -> action.indexOf(':') < 1).toList();
        if (!malformed.isEmpty()) {
            throw Refusal.invalidInput("Invalid action names: " + malformed);
        }
        var resources = query.list("ResourceArns", 1, 2048);
        for (var resource : resources) {
            if (!ARN.matcher(resource).matches()) {
                throw Refusal.invalidInput("ResourceNames are not in a valid ARN format: " + resource + ".");
            }
        }
        if (resources.size() > MOST_RESOURCES || resources.size() * actions.size() > MOST_DECISIONS) {
            throw Refusal.invalidInput("Too many actions and resources: " + actions.size() + " x " + resources.size());
        }
        var context = context(query, entity);
        paging.read(query);
        query.requireAllRead();

        var pairs = actions.stream().flatMap(action -> resources.isEmpty() || resources.contains("*") ? Stream.of(new Pair(action, null))
                : resources.stream().map(resource -> new Pair(action, resource))).toList();
        var page = paging.page(pairs);
        out.open("EvaluationResults");
        for (var action : page.stream().map(Pair::action).distinct().toList()) {
            result(entity, context, page.stream().filter(pair -> pair.action().equals(action)).toList(), out);
        }
        out.close("EvaluationResults");
        paging.write(out);
    }

    private Entity entity(String arn) throws Refusal {
        var parts = PRINCIPAL.matcher(arn);
        if (!parts.matches()) {
            throw Refusal.invalidInput("Invalid Entity Arn: " + arn + " does not clearly define entity type and name.");
        }
        var kind = Kind.valueOf(parts.group(2).toUpperCase(Locale.ROOT));
        return Optional.ofNullable(accounts.get(parts.group(1))).flatMap(account -> account.find(kind, parts.group(4)))
                .filter(found -> found.arn().equals(arn))
                .orElseThrow(() -> Refusal.noSuchEntity("The " + parts.group(2) + " with name " + parts.group(4) + " cannot be found."));
    }

    /** What the call gives, and what is known of the principal itself. */
    private static Map<String, List<String>> context(Query query, Entity entity) throws Refusal {
        var context = new HashMap<String, List<String>>();
        context.put("aws:PrincipalArn", List.of(entity.arn()));
        context.put("aws:PrincipalAccount", List.of(entity.account.id()));
        if (entity.kind == Kind.USER) {
            context.put("aws:username", List.of(entity.name));
            context.put("aws:userid", List.of(entity.id));
            context.put("aws:PrincipalType", List.of("User"));
        }
        for (int i = 1; query.has("ContextEntries.member." + i + ".ContextKeyName"); i++) {
            var entry = "ContextEntries.member." + i + ".";
            var type = query.required(entry + "ContextKeyType", 1, 20);
            if (!List.of("string", "stringList", "numeric", "numericList", "boolean", "booleanList", "ip", "ipList", "binary", "binaryList",
                    "date", "dateList").contains(type)) {
                throw Refusal.validation("ContextKeyType", type, "Member must satisfy enum value set");
            }
            context.put(query.required(entry + "ContextKeyName", 5, 256), query.list(entry + "ContextKeyValues", 0, Integer.MAX_VALUE));
        }
        return context;
    }

    private void result(Entity entity, Map<String, List<String>> context, List<Pair> pairs, Xml out) {
        var judged = new ArrayList<Judged>();
        for (var pair : pairs) {
            judged.add(judged(entity, new Request(pair.action(), pair.resource() == null ? "*" : pair.resource(), context)));
        }
        var whole = judged.stream().map(Judged::decision).distinct().count() == 1 ? judged.getFirst().decision() : Decision.IMPLICIT_DENY;
        boolean each = pairs.getFirst().resource() != null;
        out.open("member").text("EvalActionName", pairs.getFirst().action()).text("EvalDecision", whole.word())
                .text("EvalResourceName", each ? pairs.getFirst().resource() : "*");
        details(each ? new Judged(whole, List.of(), new TreeSet<>(), Optional.empty(), true) : judged.getFirst(), out);
        if (!entity.account.serviceControlPolicies.isEmpty()) {
            out.open("OrganizationsDecisionDetail").text("AllowedByOrganizations", judged.stream().allMatch(Judged::allowedByOrganization))
                    .close("OrganizationsDecisionDetail");
        }
        if (each) {
            out.open("ResourceSpecificResults");
            for (int i = 0; i < pairs.size(); i++) {
                out.open("member").text("EvalResourceName", pairs.get(i).resource())
                        .text("EvalResourceDecision", judged.get(i).decision().word());
                details(judged.get(i), out);
                out.close("member");
            }
            out.close("ResourceSpecificResults");
        }
        out.close("member");
    }

    private static void details(Judged judged, Xml out) {
        out.open("MatchedStatements");
        for (var source : judged.matched()) {
            out.open("member").text("SourcePolicyId", source.id()).text("SourcePolicyType", source.type());
            out.open("StartPosition").text("Line", 1).text("Column", 1).close("StartPosition");
            out.open("EndPosition").text("Line", 1).text("Column", source.document().length()).close("EndPosition").close("member");
        }
        out.close("MatchedStatements").open("MissingContextValues");
        judged.missing().forEach(key -> out.text("member", key));
        out.close("MissingContextValues");
        judged.allowedByBoundary().ifPresent(allowed -> out.open("PermissionsBoundaryDecisionDetail")
                .text("AllowedByPermissionsBoundary", allowed).close("PermissionsBoundaryDecisionDetail"));
    }

    /** @param allowedByBoundary empty for a principal without one */
    private record Judged(Decision decision, List<Source> matched, TreeSet<String> missing, Optional<Boolean> allowedByBoundary,
            boolean allowedByOrganization) {
    }

    private Judged judged(Entity entity, Request request) {
        var boundary = entity.boundary().map(policy -> new Source(policy.name(), "user-managed", policy.document()));
        var decided = judge.decide(sources(entity), boundary, request);
        var missing = new TreeSet<>(decided.missing());
        var bound = boundary.map(source -> judge.layer(List.of(source), request).decision() == Decision.ALLOWED);
        for (var document : entity.account.serviceControlPolicies) {
            var limit = judge.layer(List.of(new Source("scp", "none", document)), request);
            missing.addAll(limit.missing());
            if (limit.decision() != Decision.ALLOWED) {
                var denied = limit.decision() == Decision.EXPLICIT_DENY || decided.decision() == Decision.EXPLICIT_DENY;
                return new Judged(denied ? Decision.EXPLICIT_DENY : Decision.IMPLICIT_DENY, List.of(), missing, bound, false);
            }
        }
        return new Judged(decided.decision(), decided.matched(), missing, bound, true);
    }

    /** Inline and attached policies of the principal and of its groups. */
    private static List<Source> sources(Entity entity) {
        var sources = new ArrayList<Source>();
        Stream.concat(Stream.of(entity), entity.groups.stream()).forEach(holder -> {
            var type = holder.kind.name().toLowerCase(Locale.ROOT);
            holder.inline.forEach((name, document) -> sources.add(new Source(type + "_" + holder.name + "_" + name, type, document)));
            holder.attached.forEach(policy -> sources.add(new Source(policy.name(), "user-managed", policy.document())));
        });
        return sources;
    }
}
