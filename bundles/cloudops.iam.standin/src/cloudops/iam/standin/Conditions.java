package cloudops.iam.standin;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Conditions over a context that is known as a whole (IAM User Guide, "IAM JSON policy elements: Condition operators"). */
final class Conditions {

    private static final Pattern OPERATOR = Pattern.compile("(?:(ForAllValues|ForAnyValue):)?(\\w+?)(IfExists)?");

    private final Map<String, List<String>> context;
    private final Texts texts;
    private final Set<String> missing;

    Conditions(Map<String, List<String>> context, Texts texts, Set<String> missing) {
        this.context = context;
        this.texts = texts;
        this.missing = missing;
    }

    /** Names of keys are not case-sensitive. */
    static Optional<List<String>> values(Map<String, List<String>> context, String key) {
        return context.entrySet().stream().filter(entry -> entry.getKey().equalsIgnoreCase(key)).map(Map.Entry::getValue).findFirst();
    }

    boolean holds(String operatorName, String key, List<String> wanted) {
        var operator = OPERATOR.matcher(operatorName);
        if (!operator.matches()) {
            throw new IllegalArgumentException("no operator: " + operatorName);
        }
        var there = values(context, key);
        if (there.isEmpty()) {
            missing.add(key);
        }
        var name = operator.group(2).toLowerCase(Locale.ROOT);
        if (name.equals("null")) {
            return wanted.stream().anyMatch(value -> Boolean.parseBoolean(value) == there.isEmpty());
        }
        boolean negated = name.contains("not");
        var positive = name.replace("not", "");
        if (there.isEmpty()) {
            return operator.group(3) != null || "ForAllValues".equals(operator.group(1)) || negated && operator.group(1) == null;
        }
        var values = there.get();
        return switch (operator.group(1)) {
            case "ForAllValues" -> values.stream().allMatch(value -> negated != any(positive, value, wanted));
            case "ForAnyValue" -> values.stream().anyMatch(value -> negated != any(positive, value, wanted));
            case null -> negated ? values.stream().noneMatch(value -> any(positive, value, wanted))
                    : values.stream().anyMatch(value -> any(positive, value, wanted));
            default -> throw new IllegalArgumentException("no operator: " + operatorName);
        };
    }

    private boolean any(String operator, String value, List<String> wanted) {
        return wanted.stream().anyMatch(one -> compare(operator, value, one));
    }

    private boolean compare(String operator, String value, String wanted) {
        return switch (operator) {
            case "stringequals" -> texts.plain(wanted).map(value::equals).orElse(false);
            case "stringequalsignorecase" -> texts.plain(wanted).map(value::equalsIgnoreCase).orElse(false);
            case "stringlike" -> texts.pattern(wanted, ".").map(regex -> regex.matcher(value).matches()).orElse(false);
            case "arnequals", "arnlike" -> arn(value, wanted);
            case "bool" -> value.equalsIgnoreCase(wanted);
            case "numericequals" -> number(value, wanted) == 0;
            case "numericlessthan" -> number(value, wanted) < 0;
            case "numericlessthanequals" -> number(value, wanted) <= 0;
            case "numericgreaterthan" -> number(value, wanted) > 0;
            case "numericgreaterthanequals" -> number(value, wanted) >= 0;
            case "datelessthan" -> Instant.parse(value).isBefore(Instant.parse(wanted));
            case "dategreaterthan" -> Instant.parse(value).isAfter(Instant.parse(wanted));
            case "ipaddress" -> within(value, wanted);
            default -> throw new IllegalArgumentException("no operator: " + operator);
        };
    }

    /** Each of the six segments is compared for itself. */
    private boolean arn(String value, String wanted) {
        var patterns = wanted.split(":", 6);
        var segments = value.split(":", 6);
        if (patterns.length != segments.length) {
            return false;
        }
        for (int i = 0; i < segments.length; i++) {
            var segment = segments[i];
            if (!texts.pattern(patterns[i], ".").map(regex -> regex.matcher(segment).matches()).orElse(false)) {
                return false;
            }
        }
        return true;
    }

    private static int number(String value, String wanted) {
        return new BigDecimal(value).compareTo(new BigDecimal(wanted));
    }

    private static boolean within(String address, String range) {
        var parts = range.split("/");
        var network = bytes(parts[0]);
        var host = bytes(address);
        int bits = network.length * 8 - (parts.length == 1 ? network.length * 8 : Integer.parseInt(parts[1]));
        return network.length == host.length && new BigInteger(1, network).shiftRight(bits).equals(new BigInteger(1, host).shiftRight(bits));
    }

    private static byte[] bytes(String address) {
        try {
            return InetAddress.getByName(address).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(address, e);
        }
    }
}
