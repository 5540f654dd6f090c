package cloudops.playbooks;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import cloudops.model.AwsResource;

/** Texts of playbooks with {@code {{placeholders}}}, and the paths that name a resource's facts. */
public final class Template {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\s*([^{}]*?)\\s*}}");
    private static final String RESOURCE = "resource.";

    private Template() {
    }

    /** Names of all placeholders of {@code text}, in the order of their first use. */
    public static Set<String> placeholders(String text) {
        var names = new LinkedHashSet<String>();
        var matcher = PLACEHOLDER.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    /** {@code text} with each placeholder replaced once; what {@code value} puts in is not looked at again. */
    public static String fill(String text, Function<String, String> value) {
        return PLACEHOLDER.matcher(text).replaceAll(match -> Matcher.quoteReplacement(value.apply(match.group(1))));
    }

    /** Whether {@code path} is a fact that resources can have: {@code resource.identifier}, {@code resource.tags.env} … */
    public static boolean isResourcePath(String path) {
        return path.startsWith(RESOURCE) && isFact(path.substring(RESOURCE.length()));
    }

    /** As {@link #isResourcePath} without {@code resource.}; the form of risk rules. */
    public static boolean isFact(String path) {
        return switch (path) {
            case "identifier", "arn", "name", "region", "account_id", "account_name", "state", "service", "resource_type" -> true;
            default -> path.matches("(tags|metadata|constraints)\\.[^\\s.]+(\\.[^\\s.]+)*");
        };
    }

    /** The fact that {@code path} (with {@code resource.}) names, as text; empty when the resource does not have it. */
    public static Optional<String> ofResource(String path, AwsResource resource) {
        return fact(path.substring(RESOURCE.length()), resource);
    }

    /** As {@link #ofResource}, without {@code resource.}. Tag keys match in any case, alternatives of the last part by {@code |}. */
    public static Optional<String> fact(String path, AwsResource resource) {
        return switch (path) {
            case "identifier" -> Optional.of(resource.identifier());
            case "arn" -> Optional.of(resource.arn());
            case "name" -> Optional.of(resource.name());
            case "region" -> Optional.of(resource.region());
            case "account_id" -> Optional.of(resource.accountId());
            case "account_name" -> Optional.of(resource.accountName());
            case "state" -> Optional.ofNullable(resource.state());
            case "service" -> Optional.of(resource.service());
            case "resource_type" -> Optional.of(resource.resourceType());
            default -> {
                var dot = path.indexOf('.');
                var rest = path.substring(dot + 1);
                yield switch (path.substring(0, dot)) {
                    case "tags" -> tag(rest, resource.tags());
                    case "metadata" -> member(rest, resource.metadata());
                    case "constraints" -> constraint(rest, resource);
                    default -> Optional.empty();
                };
            }
        };
    }

    private static Optional<String> tag(String keys, Map<String, String> tags) {
        for (var key : keys.split("\\|")) {
            for (var tag : tags.entrySet()) {
                if (tag.getKey().equalsIgnoreCase(key)) {
                    return Optional.of(tag.getValue());
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> member(String path, Map<?, ?> facts) {
        Object value = facts;
        for (var part : path.split("\\.")) {
            value = value instanceof Map<?, ?> map ? map.get(part) : null;
        }
        return value == null || value instanceof Map || value instanceof Iterable ? Optional.empty() : Optional.of(value.toString());
    }

    private static Optional<String> constraint(String name, AwsResource resource) {
        var constraints = resource.constraints();
        var verdict = switch (name) {
            case "can_stop" -> constraints.canStop();
            case "can_start" -> constraints.canStart();
            case "can_delete" -> constraints.canDelete();
            case "has_backups" -> constraints.hasBackups();
            case "has_dependencies" -> constraints.hasDependencies();
            default -> constraints.customConstraints().get(name);
        };
        return Optional.ofNullable(verdict).map(Object::toString);
    }
}
